namespace AkkaMLScheduler.Scheduling;

/// <summary>A node that is up.</summary>
/// <param name="Capacity">What it offers.</param>
/// <param name="Free">What no task holds.</param>
/// <param name="GpuHolders">Per GPU slot, who holds it; null when it is free.</param>
public sealed record NodeView(NodeCapacity Capacity, Resources Free, IReadOnlyList<JobAttempt?> GpuHolders)
{
    public string Node => Capacity.Node;

    public bool Equals(NodeView? other) =>
        other is not null && Capacity == other.Capacity && Free == other.Free && Sequences.Same(GpuHolders, other.GpuHolders);

    public override int GetHashCode() => HashCode.Combine(Node, Free);
}
