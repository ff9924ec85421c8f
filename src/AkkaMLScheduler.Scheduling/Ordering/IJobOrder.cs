using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>Says who is next.</summary>
internal interface IJobOrder
{
    /// <summary>True when, without backfilling, a blocked job holds up only those of its own queue, as long as it can be patient.</summary>
    bool QueuesPassEachOther { get; }

    IPendingQueue NewQueue(ClusterState cluster);
}

/// <summary>The pending jobs that may start, kept so that the next one is found quickly.</summary>
internal interface IPendingQueue
{
    void Add(PendingJob job);

    void Remove(PendingJob job);

    /// <summary>
    /// The jobs, best first. Read lazily: between two jobs the cycle may have started the former, so an order that depends on what is
    /// in use looks at the cluster again. Jobs that <paramref name="skips"/> says need not be looked at may be left out.
    /// </summary>
    IEnumerable<PendingJob> InOrder(Skips skips);
}
