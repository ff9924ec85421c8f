namespace AkkaMLScheduler.Scheduling;

/// <summary>What one life of a node offers.</summary>
/// <param name="Node">The node's name; stays the same over restarts.</param>
/// <param name="Incarnation">Names this life of the node. Never used twice for the same node.</param>
/// <param name="Capacity">Everything tasks may use; the GPUs are the devices 0..n-1, all of one model.</param>
/// <param name="Labels">What selectors are matched against, exactly and case-sensitively.</param>
public sealed record NodeCapacity(
    string Node, string Incarnation, Resources Capacity, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>No machine has more; a larger figure is a unit mix-up.</summary>
    public const int MaxGpus = 65_536;

    /// <summary>The label that says which rack a node stands in: a gang that does not fit one node prefers one rack.</summary>
    public const string RackLabel = "rack";

    /// <summary>The label that says which model a node's GPUs are.</summary>
    public const string GpuModelLabel = "gpu-model";

    public static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();

    /// <summary>Says what is wrong with this capacity, or null.</summary>
    public string? Problem()
    {
        if (string.IsNullOrEmpty(Node)) return "a node needs a name";
        if (string.IsNullOrEmpty(Incarnation)) return $"node {Node} needs an incarnation";
        if (!Capacity.IsValid) return $"node {Node} offers a negative amount ({Capacity}); amounts start at 0";
        if (Capacity.IsGpuShare) return $"node {Node} offers {Capacity.MilliGpu} thousandths of a GPU; a node has whole GPUs";
        if (Capacity.MilliGpu > MaxGpus * (long)Resources.PerGpu)
            return $"node {Node} offers {Capacity.GpuDevices} GPUs; at most {MaxGpus} are possible";
        return null;
    }

    public bool Equals(NodeCapacity? other) =>
        other is not null && Node == other.Node && Incarnation == other.Incarnation && Capacity == other.Capacity
        && Sequences.Same(Labels, other.Labels);

    public override int GetHashCode() => HashCode.Combine(Node, Incarnation, Capacity, Labels.Count);
}
