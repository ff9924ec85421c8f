namespace AkkaMLScheduler.Scheduling.State;

/// <summary>One life of a node: what it offers and what is free. A new incarnation is a new object.</summary>
internal sealed class NodeState(NodeCapacity capacity)
{
    public NodeCapacity Capacity { get; } = capacity;

    public string Name => Capacity.Node;

    public GpuSlots Slots { get; } = new(capacity.Capacity.Gpus);

    public long FreeMilliCpu { get; private set; } = capacity.Capacity.MilliCpu;

    public long FreeMemoryBytes { get; private set; } = capacity.Capacity.MemoryBytes;

    public Resources Free => new(FreeMilliCpu, FreeMemoryBytes, Slots.Free);

    /// <summary>False once lost: giving back to it is harmless, as nothing is placed on it again.</summary>
    public bool Live { get; set; } = true;

    /// <summary>What is free, each part as a share of the cluster's largest node; kept by <see cref="NodeIndex"/>.</summary>
    public double Left { get; set; }

    /// <summary>Where <see cref="NodeIndex"/> keeps it.</summary>
    public int Bucket { get; set; }

    public bool Fits(Resources ask) =>
        ask.MilliCpu <= FreeMilliCpu && ask.MemoryBytes <= FreeMemoryBytes && ask.Gpus <= Slots.Free;

    public int[] Take(Resources ask)
    {
        FreeMilliCpu -= ask.MilliCpu;
        FreeMemoryBytes -= ask.MemoryBytes;
        return Slots.TakeLowest(ask.Gpus);
    }

    public void Take(Resources ask, IReadOnlyList<int> gpus)
    {
        FreeMilliCpu -= ask.MilliCpu;
        FreeMemoryBytes -= ask.MemoryBytes;
        Slots.Take(gpus);
    }

    public void Give(Resources ask, IReadOnlyList<int> gpus)
    {
        FreeMilliCpu += ask.MilliCpu;
        FreeMemoryBytes += ask.MemoryBytes;
        Slots.Give(gpus);
    }
}
