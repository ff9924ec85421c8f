using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>Says who may pass a head that cannot start.</summary>
internal interface IBackfill
{
    /// <summary>Starts, in the cycle, those of <paramref name="behind"/> (best first, read lazily) that may pass the head.</summary>
    void Fill(Cycle cycle, PendingJob head, IEnumerator<PendingJob> behind);
}
