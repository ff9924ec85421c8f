namespace AkkaMLScheduler.Scheduling;

/// <summary>What one life of a node offers.</summary>
/// <param name="Node">The node's name; stays the same over restarts.</param>
/// <param name="Incarnation">Names this life of the node. Never used twice for the same node.</param>
/// <param name="Capacity">Everything tasks may use; the GPUs are the slots 0..Gpus-1.</param>
/// <param name="Labels">What selectors are matched against, exactly and case-sensitively.</param>
public sealed record NodeCapacity(
    string Node, string Incarnation, Resources Capacity, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>No machine has more; a larger figure is a unit mix-up.</summary>
    public const int MaxGpus = 65_536;

    public static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();

    /// <summary>Says what is wrong with this capacity, or null.</summary>
    public string? Problem()
    {
        if (string.IsNullOrEmpty(Node)) return "a node needs a name";
        if (string.IsNullOrEmpty(Incarnation)) return $"node {Node} needs an incarnation";
        if (!Capacity.IsValid) return $"node {Node} offers a negative amount ({Capacity}); amounts start at 0";
        if (Capacity.Gpus > MaxGpus) return $"node {Node} offers {Capacity.Gpus} GPUs; at most {MaxGpus} are possible";
        return null;
    }

    public bool Equals(NodeCapacity? other) =>
        other is not null && Node == other.Node && Incarnation == other.Incarnation && Capacity == other.Capacity
        && Sequences.Same(Labels, other.Labels);

    public override int GetHashCode() => HashCode.Combine(Node, Incarnation, Capacity, Labels.Count);
}
