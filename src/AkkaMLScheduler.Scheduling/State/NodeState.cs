namespace AkkaMLScheduler.Scheduling.State;

/// <summary>One life of a node: what it offers and what is free. A new incarnation is a new object.</summary>
internal sealed class NodeState(NodeCapacity capacity)
{
    public NodeCapacity Capacity { get; } = capacity;

    public string Name => Capacity.Node;

    public NodeRoom Room { get; } = new(capacity.Capacity);

    public Resources Free => Room.Free;

    /// <summary>Null when its labels do not say.</summary>
    public string? Rack { get; } = capacity.Labels.GetValueOrDefault(NodeCapacity.RackLabel);

    /// <summary>False once lost: giving back to it is harmless, as nothing is placed on it again.</summary>
    public bool Live { get; set; } = true;

    /// <summary>False while cordoned or drained, and when leaving.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Counts changes of what is free, so that what was computed from it can be kept.</summary>
    public int Version { get; set; }

    /// <summary>The <see cref="Rank"/> of a node that was taken away.</summary>
    public const int Gone = -1;

    /// <summary>Its place among the live nodes by name; kept by <see cref="NodeIndex"/>.</summary>
    public int Rank { get; set; }

    /// <summary>What is free, each part as a share of the cluster's largest node; kept by <see cref="NodeIndex"/>.</summary>
    public double Left { get; set; }

    /// <summary>Where <see cref="NodeIndex"/> keeps it.</summary>
    public int Shelf { get; set; }
}
