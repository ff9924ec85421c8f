using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>An order that depends only on the requests: a sorted set is enough.</summary>
internal abstract class FixedOrder : IJobOrder
{
    public IPendingQueue NewQueue() => new Queue(Comparer<PendingJob>.Create((a, b) =>
    {
        var order = Compare(a.Request, b.Request);
        return order != 0 ? order : a.Sequence.CompareTo(b.Sequence);
    }));

    public bool IsBefore(JobRequest a, JobRequest b) => Compare(a, b) < 0;

    /// <summary>Negative when <paramref name="a"/> goes first; equal requests go by arrival.</summary>
    protected abstract int Compare(JobRequest a, JobRequest b);

    private sealed class Queue(IComparer<PendingJob> order) : IPendingQueue
    {
        private readonly SortedSet<PendingJob> _jobs = new(order);

        public int Count => _jobs.Count;

        public void Add(PendingJob job) => _jobs.Add(job);

        public void Remove(PendingJob job) => _jobs.Remove(job);

        public IEnumerable<PendingJob> InOrder(ClusterState cluster) => _jobs;
    }
}
