namespace AkkaMLScheduler.Scheduling.State;

/// <summary>A running attempt and what it holds.</summary>
internal sealed class Allocation(JobRequest request, DateTimeOffset startedAt, IReadOnlyList<Placement> placements, NodeState[] nodes)
{
    public JobRequest Request { get; } = request;

    public DateTimeOffset StartedAt { get; } = startedAt;

    public IReadOnlyList<Placement> Placements { get; } = placements;

    /// <summary>The node of each rank; one that is no longer live holds nothing any more.</summary>
    public NodeState[] Nodes { get; } = nodes;

    /// <summary>The job it was asked to give way to; null while it runs undisturbed.</summary>
    public string? Beneficiary { get; set; }

    public bool HasRanksOn(NodeState node) => Array.IndexOf(Nodes, node) >= 0;
}
