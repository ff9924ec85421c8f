namespace AkkaMLScheduler.Scheduling.State;

/// <summary>The GPUs of one node, each with what is free of it in thousandths.</summary>
internal sealed class GpuDevices
{
    /// <summary>Nodes with up to so many devices share the lists of which of them a task got.</summary>
    private const int DevicesShared = 8;

    /// <summary>Every set of devices, by its bits.</summary>
    private static readonly int[][] Sets = [.. Enumerable.Range(0, 1 << DevicesShared)
        .Select(bits => Enumerable.Range(0, DevicesShared).Where(device => (bits >> device & 1) != 0).ToArray())];

    private readonly int[] _free;

    public GpuDevices(int count)
    {
        _free = new int[count];
        Array.Fill(_free, Resources.PerGpu);
        Whole = count;
        FreeMilli = (long)count * Resources.PerGpu;
    }

    private GpuDevices(GpuDevices other)
    {
        _free = [.. other._free];
        Whole = other.Whole;
        FreeMilli = other.FreeMilli;
    }

    public int Count => _free.Length;

    /// <summary>Devices of which nothing is taken.</summary>
    public int Whole { get; private set; }

    /// <summary>What is free of all devices together.</summary>
    public long FreeMilli { get; private set; }

    /// <summary>What is free of each device, in thousandths.</summary>
    public ReadOnlySpan<int> Free => _free;

    public GpuDevices Copy() => new(this);

    /// <summary>How many tasks with this ask fit at once, at most <paramref name="most"/>.</summary>
    public long Times(long ask, long most)
    {
        if (ask == 0) return most;
        if (ask % Resources.PerGpu == 0) return Math.Min(most, Whole / (ask / Resources.PerGpu));
        var times = 0L;

        // In a forecast a device may be promised more than once, when something runs for longer than was thought.
        foreach (var free in _free) times += Math.Max(free, 0) / ask;
        return Math.Min(most, times);
    }

    public bool Fits(long ask)
    {
        if (ask % Resources.PerGpu == 0) return ask <= (long)Whole * Resources.PerGpu;
        if (Whole > 0) return true;
        foreach (var free in _free)
            if (free >= ask)
                return true;
        return false;
    }

    /// <summary>
    /// Which devices a task would get: the lowest whole ones; for a share the device with the least free that fits, then the lowest.
    /// The caller has checked that it fits.
    /// </summary>
    public int[] Choose(long ask)
    {
        if (ask == 0) return [];
        if (ask % Resources.PerGpu != 0) return Only(Tightest(ask));
        if (_free.Length <= DevicesShared) return Sets[LowestWhole((int)(ask / Resources.PerGpu))];
        var chosen = new int[ask / Resources.PerGpu];
        var found = 0;
        for (var device = 0; found < chosen.Length; device++)
            if (_free[device] == Resources.PerGpu)
                chosen[found++] = device;
        return chosen;
    }

    /// <summary>True when a task with this ask can have exactly these devices, named in ascending order.</summary>
    public bool Fits(long ask, IReadOnlyList<int> devices)
    {
        var perDevice = PerDevice(ask);
        for (var i = 0; i < devices.Count; i++)
        {
            var device = devices[i];
            if (device < 0 || device >= _free.Length || _free[device] < perDevice || (i > 0 && device <= devices[i - 1])) return false;
        }

        return devices.Count == (ask + Resources.PerGpu - 1) / Resources.PerGpu;
    }

    public void Take(long ask, IReadOnlyList<int> devices) => Change(-PerDevice(ask), devices);

    public void Give(long ask, IReadOnlyList<int> devices) => Change(PerDevice(ask), devices);

    /// <summary>Lowers every device to what the other has free of it, if that is less.</summary>
    public void Limit(GpuDevices other)
    {
        for (var device = 0; device < _free.Length; device++)
            if (other._free[device] < _free[device])
                Set(device, other._free[device]);
    }

    /// <summary>The list with this device alone.</summary>
    public static int[] Only(int device) => device < DevicesShared ? Sets[1 << device] : [device];

    private static int PerDevice(long ask) => ask % Resources.PerGpu == 0 ? Resources.PerGpu : (int)ask;

    private int LowestWhole(int count)
    {
        var bits = 0;
        for (var device = 0; count > 0; device++)
        {
            if (_free[device] != Resources.PerGpu) continue;
            bits |= 1 << device;
            count--;
        }

        return bits;
    }

    private int Tightest(long ask)
    {
        var best = -1;
        for (var device = 0; device < _free.Length; device++)
            if (_free[device] >= ask && (best < 0 || _free[device] < _free[best]))
                best = device;
        return best;
    }

    private void Change(int by, IReadOnlyList<int> devices)
    {
        // Nearly always an array, and then no call for each device is needed.
        if (devices is int[] array)
        {
            foreach (var device in array) Set(device, _free[device] + by);
            return;
        }

        foreach (var device in devices) Set(device, _free[device] + by);
    }

    private void Set(int device, int free)
    {
        if (_free[device] == Resources.PerGpu) Whole--;
        FreeMilli += free - _free[device];
        _free[device] = free;
        if (free == Resources.PerGpu) Whole++;
    }
}
