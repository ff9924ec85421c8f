namespace AkkaMLScheduler.Scheduling;

/// <summary>
/// The whole state as plain records, in a fixed order: two cores in the same state export equal content. Meant to be stored.
/// </summary>
/// <param name="Format">1. A reader refuses what it does not know.</param>
/// <param name="Policy">The one in force.</param>
/// <param name="Nodes">Those up, by name.</param>
/// <param name="Pending">By arrival.</param>
/// <param name="Allocations">By job id.</param>
/// <param name="Ended">The highest ended attempt per job, oldest first, at most <see cref="SchedulerCore.EndedRemembered"/>.</param>
/// <param name="LostNodes">Lives of nodes that are over, oldest first, at most <see cref="SchedulerCore.LostNodesRemembered"/>.</param>
/// <param name="NextSequence">The arrival number of the next queued attempt.</param>
/// <param name="LastInputAt">The latest time any input carried.</param>
public sealed record SchedulerSnapshot(
    int Format,
    SchedulingPolicy Policy,
    IReadOnlyList<NodeCapacity> Nodes,
    IReadOnlyList<PendingRecord> Pending,
    IReadOnlyList<AllocationRecord> Allocations,
    IReadOnlyList<JobAttempt> Ended,
    IReadOnlyList<NodeLife> LostNodes,
    long NextSequence,
    DateTimeOffset LastInputAt)
{
    public const int CurrentFormat = 1;

    /// <summary>The share tree as last specified.</summary>
    public IReadOnlyList<QueueSpec> Queues { get; init; } = [];

    /// <summary>What fragmentation is measured against as last told; empty when it is learned.</summary>
    public IReadOnlyList<TypicalTask> TypicalTasks { get; init; } = [];

    /// <summary>How many tasks of each shape have come, by shape, at most <see cref="TypicalTask.MaxShapes"/>.</summary>
    public IReadOnlyList<TaskCount> TasksSeen { get; init; } = [];

    /// <summary>The same when it was last learned from.</summary>
    public IReadOnlyList<TaskCount> TasksLearned { get; init; } = [];

    /// <summary>Names of cordoned nodes, and of drained ones, in order.</summary>
    public IReadOnlyList<ClosedNode> Closed { get; init; } = [];

    /// <summary>Names of nodes that are up and about to leave, in order. Snapshots stored before there was such a thing are read as having none.</summary>
    public IReadOnlyList<string> Leaving { get; init => field = value ?? []; } = [];

    /// <summary>How jobs ended, oldest first, at most <see cref="SchedulerCore.EndedRemembered"/>.</summary>
    public IReadOnlyList<JobOver> Over { get; init; } = [];

    /// <summary>Room has come that the promised starts do not know of.</summary>
    public bool CompressionDue { get; init; }

    /// <summary>The last look through the promised starts moved some, so that another may move more.</summary>
    public bool Unsettled { get; init; }

    public bool Equals(SchedulerSnapshot? other) =>
        other is not null && Format == other.Format && Policy == other.Policy && Sequences.Same(Nodes, other.Nodes)
        && Sequences.Same(Pending, other.Pending) && Sequences.Same(Allocations, other.Allocations)
        && Sequences.Same(Ended, other.Ended) && Sequences.Same(LostNodes, other.LostNodes)
        && Sequences.Same(TypicalTasks, other.TypicalTasks) && Sequences.Same(TasksSeen, other.TasksSeen)
        && Sequences.Same(TasksLearned, other.TasksLearned)
        && Sequences.Same(Queues, other.Queues) && Sequences.Same(Closed, other.Closed) && Sequences.Same(Leaving, other.Leaving) && Sequences.Same(Over, other.Over)
        && CompressionDue == other.CompressionDue && Unsettled == other.Unsettled
        && NextSequence == other.NextSequence && LastInputAt == other.LastInputAt;

    public override int GetHashCode() => HashCode.Combine(Policy, NextSequence, LastInputAt);
}

/// <summary>A node on which nothing new is placed.</summary>
public sealed record ClosedNode(string Node, bool Drained);

/// <summary>How a job ended for good.</summary>
public sealed record JobOver(string Job, JobVerdict Verdict);
