namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>Strict: nobody passes the head. Where the order treats queues apart, each has its own head.</summary>
internal sealed class NoBackfill : IBackfill
{
    public bool HoldsPlaces => false;

    public void Run(Cycle cycle)
    {
        foreach (var job in cycle.Candidates())
        {
            if (cycle.TryStart(job)) continue;
            cycle.Block(job);
            if (!cycle.MayBePassed(job)) return;
        }
    }
}
