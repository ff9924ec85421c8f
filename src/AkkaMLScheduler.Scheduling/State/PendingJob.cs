namespace AkkaMLScheduler.Scheduling.State;

/// <summary>An attempt in the queue.</summary>
internal sealed class PendingJob(JobRequest request, long sequence, QueueNode queue)
{
    public JobRequest Request { get; } = request;

    /// <summary>Counts arrivals at this core; breaks ties, so that a replay is identical.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>The leaf it is charged to.</summary>
    public QueueNode Queue { get; } = queue;

    public TaskShape Shape { get; } = new(request.PerTask, request.Selector);

    /// <summary>What it has in common with jobs that fit or do not fit together; set by <see cref="PendingJobs"/>.</summary>
    public GangShape Gang { get; set; } = null!;

    /// <summary>Its place in the order; set by the queue it stands in.</summary>
    public JobKey Key { get; set; }

    /// <summary>A hold that was set after it was queued, or came with it.</summary>
    public bool Held { get; set; } = request.Held;

    /// <summary>It may not start, whatever is free, and so does not stand in the order.</summary>
    public bool Parked { get; set; }

    /// <summary>Set when attempts were asked to stop for it: it then goes before all that were not promised anything.</summary>
    public bool Promised { get; set; }

    /// <summary>The place and time held for it, under conservative backfilling.</summary>
    public Reservation? Reservation { get; set; }

    /// <summary>The nodes of the reservation's placements.</summary>
    public NodeState[] ReservedNodes { get; set; } = [];

    /// <summary>Where <see cref="PendingJobs.Unreserved"/> lists it; -1 when it does not.</summary>
    public int IndexInUnreserved { get; set; } = -1;
}
