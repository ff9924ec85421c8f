using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>
/// Measures a node's fragmentation: how many idle thousandths of a GPU a typical task can expect to find there and not be able to use
/// (Weng et al., USENIX ATC 2023). For a shape the node cannot host, and for one without GPUs, that is all that is idle; for another, the
/// devices with less free than it takes of each.
/// </summary>
/// <remarks>
/// <para>
/// With popularities f adding up to T, idle I, w whole devices of 1000 and devices with d free, the sum over the shapes comes to
/// I·T − 1000·w·A − Σ d·S(d). A is the popularity of those that take whole devices and fit; S(d) of those that take a share, at most d,
/// and whose CPU fits: both are looked up, so that a node costs a few steps for each device, however many shapes there are.
/// </para>
/// <para>
/// Popularities are whole billionths, so that all sums are exact: the same on any machine, and equal rooms compare as equal.
/// </para>
/// </remarks>
internal sealed class FragmentationMeasure
{
    /// <summary>What a popularity of 1 is counted as. Times the GPUs of the largest node (2^26 thousandths) it stays far below 2^63.</summary>
    public const long Scale = 1_000_000_000;

    /// <summary>While no task is typical, nothing is fragmented.</summary>
    public static readonly FragmentationMeasure Nothing = new([]);

    private readonly long[] _cpus;
    private readonly long _total;

    /// <summary>A, by row of free CPU, then by whole devices up to the most that any shape takes.</summary>
    private readonly long[] _wholes;
    private readonly int _mostDevices;

    /// <summary>S, by row of free CPU, then by column of what is free of the device.</summary>
    private readonly long[] _shares;
    private readonly int _shareColumns;
    private readonly ushort[] _columnOf = new ushort[Resources.PerGpu + 1];

    private FragmentationMeasure(IReadOnlyCollection<(Resources Ask, long Weight)> shapes)
    {
        _cpus = [.. shapes.Select(one => one.Ask.MilliCpu).Distinct().Order()];
        _total = shapes.Sum(one => one.Weight);
        _mostDevices = shapes.Where(one => !one.Ask.IsGpuShare).Select(one => one.Ask.GpuDevices).DefaultIfEmpty().Max();
        var shares = shapes.Where(one => one.Ask.IsGpuShare).Select(one => one.Ask.MilliGpu).Distinct().Order().ToArray();
        for (int free = 0, column = 0; free <= Resources.PerGpu; free++)
        {
            if (column < shares.Length && shares[column] == free) column++;
            _columnOf[free] = (ushort)column;
        }

        _shareColumns = shares.Length + 1;
        _wholes = new long[(_cpus.Length + 1) * (_mostDevices + 1)];
        _shares = new long[(_cpus.Length + 1) * _shareColumns];
        foreach (var (ask, weight) in shapes)
        {
            var row = RowOf(ask.MilliCpu);
            if (ask.IsGpuShare)
                _shares[row * _shareColumns + _columnOf[ask.MilliGpu]] += weight;
            else if (ask.MilliGpu > 0)
                _wholes[row * (_mostDevices + 1) + ask.GpuDevices] += weight;
        }

        SumUp(_shares, _shareColumns);
        SumUp(_wholes, _mostDevices + 1);
    }

    public static FragmentationMeasure Of(IReadOnlyList<TypicalTask> tasks) =>
        tasks.Count == 0 ? Nothing : new([.. tasks.Select(one => (one.Ask, (long)Math.Round(one.Popularity * Scale)))]);

    public static FragmentationMeasure Of(IReadOnlyList<TaskCount> tasks)
    {
        var all = tasks.Sum(one => one.Tasks);
        return all == 0 ? Nothing : new([.. tasks.Select(one => (one.Ask, (long)((Int128)one.Tasks * Scale / all)))]);
    }

    /// <summary>The node's fragmentation with so much room, in thousandths of a GPU times <see cref="Scale"/>.</summary>
    public long Of(NodeRoom room)
    {
        var row = RowOf(room.MilliCpu);
        return Of(row, room.Gpus.FreeMilli, room.Gpus.Whole, OnShares(row, room.Gpus.Free));
    }

    /// <summary>By how much a task changes that; it fits.</summary>
    /// <param name="room">What is free before.</param>
    /// <param name="ask">What the task takes.</param>
    /// <param name="device">The device that a share is best taken from: least change, then lowest; -1 for other tasks.</param>
    public long Change(NodeRoom room, Resources ask, out int device)
    {
        device = -1;
        var gpus = room.Gpus;
        var (row, after) = (RowOf(room.MilliCpu), RowOf(room.MilliCpu - ask.MilliCpu));
        var onShares = OnShares(row, gpus.Free);
        var before = Of(row, gpus.FreeMilli, gpus.Whole, onShares);
        if (row != after) onShares = OnShares(after, gpus.Free);
        var idle = gpus.FreeMilli - ask.MilliGpu;
        if (!ask.IsGpuShare)
        {
            var lost = ask.GpuDevices * OnShare(after, Resources.PerGpu);
            return Of(after, idle, gpus.Whole - ask.GpuDevices, onShares - lost) - before;
        }

        var least = long.MaxValue;
        var free = gpus.Free;
        for (var candidate = 0; candidate < free.Length; candidate++)
        {
            var left = free[candidate] - (int)ask.MilliGpu;
            if (left < 0) continue;
            var whole = free[candidate] == Resources.PerGpu ? gpus.Whole - 1 : gpus.Whole;
            var fragmented = Of(after, idle, whole, onShares - OnShare(after, free[candidate]) + OnShare(after, left));
            if (fragmented >= least) continue;
            least = fragmented;
            device = candidate;
        }

        return least - before;
    }

    private long Of(int row, long idle, int whole, long onShares) =>
        idle * _total - (long)whole * Resources.PerGpu * _wholes[row * (_mostDevices + 1) + Math.Min(whole, _mostDevices)] - onShares;

    private long OnShares(int row, ReadOnlySpan<int> devices)
    {
        var sum = 0L;
        foreach (var free in devices) sum += OnShare(row, free);
        return sum;
    }

    /// <remarks>Where promises and overdue jobs overlap, a forecast has less than nothing free of a device.</remarks>
    private long OnShare(int row, int free) => free <= 0 ? 0 : free * _shares[row * _shareColumns + _columnOf[free]];

    /// <summary>How many of the shapes' CPU asks fit.</summary>
    private int RowOf(long milliCpu)
    {
        var found = Array.BinarySearch(_cpus, milliCpu);
        return found >= 0 ? found + 1 : ~found;
    }

    /// <summary>Turns weights at one point into weights up to that point, in both directions.</summary>
    private static void SumUp(long[] table, int columns)
    {
        for (var at = 0; at < table.Length; at++)
            if (at % columns > 0)
                table[at] += table[at - 1];
        for (var at = columns; at < table.Length; at++) table[at] += table[at - columns];
    }
}
