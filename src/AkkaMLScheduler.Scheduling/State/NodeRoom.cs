namespace AkkaMLScheduler.Scheduling.State;

/// <summary>What is free on a node, now or at some instant thought of.</summary>
internal sealed class NodeRoom
{
    public NodeRoom(Resources capacity)
    {
        MilliCpu = capacity.MilliCpu;
        MemoryBytes = capacity.MemoryBytes;
        Gpus = new GpuDevices((int)(capacity.MilliGpu / Resources.PerGpu));
    }

    private NodeRoom(NodeRoom other)
    {
        MilliCpu = other.MilliCpu;
        MemoryBytes = other.MemoryBytes;
        Gpus = other.Gpus.Count == 0 ? other.Gpus : other.Gpus.Copy();
    }

    public long MilliCpu { get; private set; }

    public long MemoryBytes { get; private set; }

    public GpuDevices Gpus { get; }

    public Resources Free => new(MilliCpu, MemoryBytes, Gpus.FreeMilli);

    public NodeRoom Copy() => new(this);

    public bool Same(NodeRoom other) =>
        MilliCpu == other.MilliCpu && MemoryBytes == other.MemoryBytes && Gpus.Free.SequenceEqual(other.Gpus.Free);

    public bool Fits(Resources ask) =>
        ask.MilliCpu <= MilliCpu && ask.MemoryBytes <= MemoryBytes && (ask.MilliGpu == 0 || Gpus.Fits(ask.MilliGpu));

    /// <summary>True when one task fits on exactly these devices.</summary>
    public bool Fits(Resources ask, IReadOnlyList<int> gpus) =>
        ask.MilliCpu <= MilliCpu && ask.MemoryBytes <= MemoryBytes && Gpus.Fits(ask.MilliGpu, gpus);

    /// <summary>How many tasks with this ask fit at once; at most as many as a gang may have.</summary>
    public long Times(Resources ask)
    {
        var times = Times(MilliCpu, MemoryBytes, ask);
        return times <= 0 ? 0 : Gpus.Times(ask.MilliGpu, times);
    }

    /// <summary>How many tasks with this ask fit a node of this capacity on which nothing is taken; at most as many as a gang may have.</summary>
    public static long TimesWhenEmpty(Resources capacity, Resources ask)
    {
        var times = Times(capacity.MilliCpu, capacity.MemoryBytes, ask);
        if (ask.MilliGpu == 0) return times;
        return Math.Min(times, ask.IsGpuShare
            ? capacity.GpuDevices * (Resources.PerGpu / ask.MilliGpu)
            : capacity.MilliGpu / ask.MilliGpu);
    }

    /// <summary>Takes one task's ask and says which devices it got.</summary>
    public int[] Take(Resources ask)
    {
        var gpus = Gpus.Choose(ask.MilliGpu);
        Take(ask, gpus);
        return gpus;
    }

    public void Take(Resources ask, IReadOnlyList<int> gpus)
    {
        MilliCpu -= ask.MilliCpu;
        MemoryBytes -= ask.MemoryBytes;
        Gpus.Take(ask.MilliGpu, gpus);
    }

    public void Give(Resources ask, IReadOnlyList<int> gpus)
    {
        MilliCpu += ask.MilliCpu;
        MemoryBytes += ask.MemoryBytes;
        Gpus.Give(ask.MilliGpu, gpus);
    }

    /// <summary>Lowers each part to the other's, so that what is left was free in both.</summary>
    public void Limit(NodeRoom other)
    {
        MilliCpu = Math.Min(MilliCpu, other.MilliCpu);
        MemoryBytes = Math.Min(MemoryBytes, other.MemoryBytes);
        Gpus.Limit(other.Gpus);
    }

    private static long Times(long milliCpu, long memoryBytes, Resources ask)
    {
        // In a forecast less than nothing may be free: then not even a task that asks for nothing fits, as in Fits.
        if (milliCpu < 0 || memoryBytes < 0) return 0;
        long times = JobRequest.MaxTasks;
        if (ask.MilliCpu > 0) times = Math.Min(times, milliCpu / ask.MilliCpu);
        if (ask.MemoryBytes > 0) times = Math.Min(times, memoryBytes / ask.MemoryBytes);
        return times;
    }
}
