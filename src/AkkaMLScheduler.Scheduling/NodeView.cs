namespace AkkaMLScheduler.Scheduling;

/// <summary>A node that is up.</summary>
/// <param name="Capacity">What it offers.</param>
/// <param name="Free">What no task holds.</param>
/// <param name="IsOpen">False while it is cordoned or drained.</param>
/// <param name="Gpus">Its devices, by index.</param>
public sealed record NodeView(NodeCapacity Capacity, Resources Free, bool IsOpen, IReadOnlyList<GpuView> Gpus)
{
    public string Node => Capacity.Node;

    public bool Equals(NodeView? other) =>
        other is not null && Capacity == other.Capacity && Free == other.Free && IsOpen == other.IsOpen && Sequences.Same(Gpus, other.Gpus);

    public override int GetHashCode() => HashCode.Combine(Node, Free);
}

/// <summary>One GPU of a node.</summary>
/// <param name="FreeMilli">Thousandths of it that no task holds.</param>
/// <param name="Holders">Who holds something of it, by job id; several when it is shared.</param>
public sealed record GpuView(int FreeMilli, IReadOnlyList<JobAttempt> Holders)
{
    public bool Equals(GpuView? other) => other is not null && FreeMilli == other.FreeMilli && Sequences.Same(Holders, other.Holders);

    public override int GetHashCode() => HashCode.Combine(FreeMilli, Holders.Count);
}
