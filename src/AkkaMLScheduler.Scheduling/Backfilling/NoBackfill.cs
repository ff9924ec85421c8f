using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>Strict: nobody passes the head.</summary>
internal sealed class NoBackfill : IBackfill
{
    public void Fill(Cycle cycle, PendingJob head, IEnumerator<PendingJob> behind)
    {
    }
}
