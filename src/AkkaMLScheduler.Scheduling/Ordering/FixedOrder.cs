using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>An order that depends only on the requests. Equal requests go by arrival.</summary>
internal abstract class FixedOrder : IJobOrder, IComparer<PendingJob>
{
    public bool QueuesPassEachOther => false;

    public IPendingQueue NewQueue(ClusterState cluster) => new Queue(this);

    public int Compare(PendingJob? a, PendingJob? b)
    {
        var order = Compare(a!.Request, b!.Request);
        return order != 0 ? order : a.Sequence.CompareTo(b.Sequence);
    }

    /// <summary>Negative when <paramref name="a"/> goes first.</summary>
    protected abstract int Compare(JobRequest a, JobRequest b);

    private sealed class Queue(IComparer<PendingJob> order) : IPendingQueue
    {
        private readonly Lanes _lanes = new(order);

        public void Add(PendingJob job) => _lanes.Add(job);

        public void Remove(PendingJob job) => _lanes.Remove(job);

        public IEnumerable<PendingJob> InOrder(Skips skips) => _lanes.InOrder(skips);
    }
}
