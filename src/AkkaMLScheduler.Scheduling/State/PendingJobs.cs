using AkkaMLScheduler.Scheduling.Ordering;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>The pending jobs: by id, in the policy's order, and those in backoff by the instant it ends.</summary>
internal sealed class PendingJobs(IJobOrder order)
{
    private static readonly Comparer<PendingJob> ByEligibility = Comparer<PendingJob>.Create((a, b) =>
    {
        var byInstant = a.Request.EligibleAt.CompareTo(b.Request.EligibleAt);
        return byInstant != 0 ? byInstant : a.Sequence.CompareTo(b.Sequence);
    });

    private readonly Dictionary<string, PendingJob> _byId = new(StringComparer.Ordinal);
    private readonly SortedSet<PendingJob> _inBackoff = new(ByEligibility);

    public IPendingQueue Queue { get; private set; } = order.NewQueue();

    public int Count => _byId.Count;

    public IEnumerable<PendingJob> All => _byId.Values;

    public PendingJob? Find(string job) => _byId.GetValueOrDefault(job);

    /// <summary>Queues it; one not eligible at <paramref name="now"/> is in backoff too.</summary>
    public void Add(PendingJob job, DateTimeOffset now)
    {
        _byId.Add(job.Request.Job, job);
        Queue.Add(job);
        if (job.Request.EligibleAt > now) _inBackoff.Add(job);
    }

    public void Remove(PendingJob job)
    {
        _byId.Remove(job.Request.Job);
        Queue.Remove(job);
        _inBackoff.Remove(job);
    }

    public void Reorder(IJobOrder newOrder)
    {
        Queue = newOrder.NewQueue();
        foreach (var job in _byId.Values) Queue.Add(job);
    }

    /// <summary>Forgets backoffs that ended at or before <paramref name="now"/>.</summary>
    public void EndBackoffs(DateTimeOffset now)
    {
        while (_inBackoff.Min is { } next && next.Request.EligibleAt <= now) _inBackoff.Remove(next);
    }

    /// <summary>The first instant after <paramref name="now"/> at which a backoff ends.</summary>
    public DateTimeOffset? NextEligible(DateTimeOffset now)
    {
        foreach (var job in _inBackoff)
            if (job.Request.EligibleAt > now)
                return job.Request.EligibleAt;
        return null;
    }
}
