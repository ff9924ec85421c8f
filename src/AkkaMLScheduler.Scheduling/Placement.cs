namespace AkkaMLScheduler.Scheduling;

/// <summary>Where one rank of a gang runs.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Incarnation">The life of the node it was placed on; void on any other.</param>
/// <param name="Rank">0..tasks-1.</param>
/// <param name="Gpus">GPU slots of the node, ascending; empty for a CPU task.</param>
public sealed record Placement(string Node, string Incarnation, int Rank, IReadOnlyList<int> Gpus)
{
    public bool Equals(Placement? other) =>
        other is not null && Node == other.Node && Incarnation == other.Incarnation && Rank == other.Rank
        && Sequences.Same(Gpus, other.Gpus);

    public override int GetHashCode() => HashCode.Combine(Node, Rank, Gpus.Count);
}
