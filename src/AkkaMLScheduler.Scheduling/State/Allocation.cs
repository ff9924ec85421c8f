namespace AkkaMLScheduler.Scheduling.State;

/// <summary>A running attempt and what it holds.</summary>
internal sealed class Allocation(JobRequest request, QueueNode queue, DateTimeOffset startedAt, IReadOnlyList<Placement> placements, NodeState[] nodes)
{
    public JobRequest Request { get; } = request;

    /// <summary>The leaf it is charged to.</summary>
    public QueueNode Queue { get; } = queue;

    public DateTimeOffset StartedAt { get; } = startedAt;

    public IReadOnlyList<Placement> Placements { get; } = placements;

    /// <summary>The node of each rank; one that is no longer live holds nothing any more.</summary>
    public NodeState[] Nodes { get; } = nodes;

    /// <summary>What it is charged for: all its ranks.</summary>
    public Resources Total => Request.PerTask * Placements.Count;

    /// <summary>When its estimate says it ends; null when it has none.</summary>
    public DateTimeOffset? PredictedEnd => Later(StartedAt, Request.Expected);

    /// <summary>When its time limit is reached; null when it has none.</summary>
    public DateTimeOffset? Deadline => Later(StartedAt, Request.TimeLimit);

    /// <summary>When it last saved its state; its start when it never did.</summary>
    public DateTimeOffset SavedAt { get; set; } = startedAt;

    /// <summary>It was asked to stop and has not ended.</summary>
    public bool Stopping { get; set; }

    /// <summary>The job it was asked to give way to, if that is why.</summary>
    public string? Beneficiary { get; set; }

    /// <summary>It holds nothing any more, though its end has not been told.</summary>
    public bool Vacated { get; set; }

    public bool HasRanksOn(NodeState node) => Array.IndexOf(Nodes, node) >= 0;

    /// <summary>What stopping it now would lose: seconds since it last saved, times its GPUs, or its cores when it has none.</summary>
    public double LostWork(DateTimeOffset now)
    {
        var total = Total;
        var width = total.MilliGpu > 0 ? total.MilliGpu / (double)Resources.PerGpu : Math.Max(total.MilliCpu / 1000.0, 1);
        return Math.Max(0, (now - SavedAt).TotalSeconds) * width;
    }

    private static DateTimeOffset? Later(DateTimeOffset from, TimeSpan? by) =>
        by is not { } length ? null : length >= DateTimeOffset.MaxValue - from ? DateTimeOffset.MaxValue : from + length;
}
