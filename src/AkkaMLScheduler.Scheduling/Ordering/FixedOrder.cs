using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>An order that depends only on the requests. Equal requests go by submission, then by arrival.</summary>
internal abstract class FixedOrder : IJobOrder
{
    public bool QueuesPassEachOther => false;

    public IPendingQueue NewQueue(ClusterState cluster) => new Queue(this);

    public JobKey KeyOf(PendingJob job) => new(Rank(job.Request), job.Request.SubmittedAt.UtcTicks, job.Sequence);

    /// <summary>The lower, the sooner it goes.</summary>
    protected abstract Int128 Rank(JobRequest job);

    private sealed class Queue(FixedOrder order) : IPendingQueue
    {
        private readonly Lanes _lanes = new();

        public void Add(PendingJob job)
        {
            job.Key = order.KeyOf(job);
            _lanes.Add(job);
        }

        public void Remove(PendingJob job) => _lanes.Remove(job);

        public IEnumerable<PendingJob> InOrder(Skips skips) => new LanesReader(_lanes).Read(skips);
    }
}
