using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>Says who is next.</summary>
internal interface IJobOrder
{
    IPendingQueue NewQueue();

    /// <summary>True when <paramref name="a"/> would come before <paramref name="b"/> if both were pending.</summary>
    bool IsBefore(JobRequest a, JobRequest b);
}

/// <summary>The pending jobs, kept so that the next one is found quickly.</summary>
internal interface IPendingQueue
{
    int Count { get; }

    void Add(PendingJob job);

    void Remove(PendingJob job);

    /// <summary>
    /// The jobs, best first. Read lazily: between two jobs the cycle may have started the former, so an order that depends on
    /// what is in use looks at <paramref name="cluster"/> again. The queue itself does not change meanwhile.
    /// </summary>
    IEnumerable<PendingJob> InOrder(ClusterState cluster);
}
