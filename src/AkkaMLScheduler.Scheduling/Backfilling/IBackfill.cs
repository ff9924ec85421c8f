namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>Goes through the candidates of a cycle: starts those that fit, and says who may pass one that does not.</summary>
internal interface IBackfill
{
    /// <summary>True when places are held for jobs from one cycle to the next.</summary>
    bool HoldsPlaces { get; }

    void Run(Cycle cycle);
}
