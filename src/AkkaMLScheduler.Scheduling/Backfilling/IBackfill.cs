using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>
/// Goes through the candidates of a cycle: starts those that fit, and says who may pass one that does not. Is told of what happens
/// between cycles, so that it can keep what it has worked out; what it keeps must never change a decision.
/// </summary>
internal interface IBackfill
{
    /// <summary>True when places are held for jobs from one cycle to the next.</summary>
    bool HoldsPlaces { get; }

    void Run(Cycle cycle);

    /// <summary>The attempt has started; its job still has the place that was held for it, if any.</summary>
    void Started(Allocation held, PendingJob job)
    {
    }

    /// <summary>The attempt has ended at this instant and is about to give back what it holds.</summary>
    void Ended(Allocation held, DateTimeOffset at)
    {
    }

    /// <summary>Another place is about to be held for the job, or none (null).</summary>
    void Reserving(PendingJob job, Reservation? reservation, NodeState[] nodes)
    {
    }

    /// <summary>Nodes have come, gone, opened or closed: nothing that was worked out holds any longer.</summary>
    void Forget()
    {
    }
}
