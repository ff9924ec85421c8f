using System.Numerics;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>
/// The live nodes. Those open for placement stand in buckets by free GPUs and by the magnitude of free CPU, each ordered by what is
/// left. A search begins at the first bucket that can fit, so that full nodes are not looked at.
/// </summary>
internal sealed class NodeIndex
{
    /// <summary>
    /// Rows: 0 nothing of any GPU is free, 1 shares only, then one row per whole free GPU; nodes with 16 or more stand together.
    /// </summary>
    private const int GpuRows = 18;

    /// <summary>Free millicores by their highest bit: 0, 1, 2-3, 4-7, … below 2^63. One word says which of a row hold nodes.</summary>
    private const int CpuColumns = 64;

    private static readonly Comparer<NodeState> ByLeft = Comparer<NodeState>.Create(CompareLeft);

    private readonly SortedSet<NodeState>?[] _buckets = new SortedSet<NodeState>?[GpuRows * CpuColumns];
    private readonly ulong[] _occupied = new ulong[GpuRows];
    private readonly Dictionary<string, NodeState> _byName = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<NodeState>> _byRack = new(StringComparer.Ordinal);
    private Resources _largest;

    public int Count => _byName.Count;

    /// <summary>All live nodes, closed ones too, in no particular order.</summary>
    public IReadOnlyCollection<NodeState> All => _byName.Values;

    /// <summary>The live nodes that say where they stand, by rack.</summary>
    public IReadOnlyDictionary<string, List<NodeState>> Racks => _byRack;

    /// <summary>What all live nodes offer together.</summary>
    public Resources Total { get; private set; }

    /// <summary>What of that no task holds.</summary>
    public Resources Free { get; private set; }

    /// <summary>Ascending by what is left, then by name, so that a replay is identical.</summary>
    public static int CompareLeft(NodeState a, NodeState b)
    {
        var byLeft = a.Left.CompareTo(b.Left);
        return byLeft != 0 ? byLeft : string.CompareOrdinal(a.Name, b.Name);
    }

    public NodeState? Find(string name) => _byName.GetValueOrDefault(name);

    public void Add(NodeState node)
    {
        _byName.Add(node.Name, node);
        Total += node.Capacity.Capacity;
        Free += node.Free;
        if (node.Rack is { } rack)
        {
            if (!_byRack.TryGetValue(rack, out var there)) _byRack.Add(rack, there = []);
            there.Add(node);
        }

        var largest = Resources.Largest(_largest, node.Capacity.Capacity);
        if (largest == _largest)
            Insert(node);
        else
            Rebuild(largest);
    }

    public void Remove(NodeState node)
    {
        Detach(node);
        _byName.Remove(node.Name);
        Total -= node.Capacity.Capacity;
        Free -= node.Free;
        if (node.Rack is { } rack && _byRack[rack] is var there && there.Remove(node) && there.Count == 0) _byRack.Remove(rack);
        var largest = _byName.Values.Aggregate(Resources.None, (most, other) => Resources.Largest(most, other.Capacity.Capacity));
        if (largest != _largest) Rebuild(largest);
    }

    /// <summary>Opens the node for placement, or closes it.</summary>
    public void Open(NodeState node, bool open)
    {
        if (node.IsOpen == open) return;
        if (!open) Detach(node);
        node.IsOpen = open;
        if (open) Insert(node);
    }

    public void Take(NodeState node, Resources ask, IReadOnlyList<int> gpus)
    {
        Detach(node);
        node.Room.Take(ask, gpus);
        Free -= ask;
        Insert(node);
    }

    public void Give(NodeState node, Resources ask, IReadOnlyList<int> gpus)
    {
        Detach(node);
        node.Room.Give(ask, gpus);
        Free += ask;
        Insert(node);
    }

    /// <summary>The open node with the least left that fits one task of this shape; null when none does.</summary>
    public NodeState? Tightest(in TaskShape shape, Func<NodeState, bool>? allowed)
    {
        NodeState? best = null;
        var firstColumn = Column(shape.Ask.MilliCpu);
        for (var row = RowOfAsk(shape.Ask.MilliGpu); row < GpuRows; row++)
        {
            for (var columns = _occupied[row] >> firstColumn << firstColumn; columns != 0; columns &= columns - 1)
                best = Tightest(_buckets[row * CpuColumns + BitOperations.TrailingZeroCount(columns)]!, shape, allowed, best);
        }

        return best;
    }

    /// <summary>The open node with the most left that fits one task of this shape; null when none does.</summary>
    public NodeState? Loosest(in TaskShape shape, Func<NodeState, bool>? allowed)
    {
        NodeState? best = null;
        var firstColumn = Column(shape.Ask.MilliCpu);
        for (var row = GpuRows - 1; row >= RowOfAsk(shape.Ask.MilliGpu); row--)
        {
            for (var columns = _occupied[row] >> firstColumn << firstColumn; columns != 0; columns &= columns - 1)
            {
                foreach (var node in _buckets[row * CpuColumns + BitOperations.TrailingZeroCount(columns)]!.Reverse())
                {
                    if (best is not null && best.Left > node.Left) break;
                    if (!Suits(node, shape, allowed)) continue;
                    // Within equal rests the smallest name wins, and a reversed bucket brings it last.
                    if (best is null || node.Left > best.Left || string.CompareOrdinal(node.Name, best.Name) < 0) best = node;
                }
            }
        }

        return best;
    }

    private static bool Suits(NodeState node, in TaskShape shape, Func<NodeState, bool>? allowed) =>
        node.Room.Fits(shape.Ask) && shape.Matches(node) && (allowed is null || allowed(node));

    private static NodeState? Tightest(SortedSet<NodeState> bucket, in TaskShape shape, Func<NodeState, bool>? allowed, NodeState? best)
    {
        // The first of a bucket nearly always decides, and asking for it allocates nothing.
        var first = bucket.Min!;
        if (best is not null && CompareLeft(best, first) <= 0) return best;
        if (Suits(first, shape, allowed)) return first;
        foreach (var node in bucket)
        {
            if (best is not null && CompareLeft(best, node) <= 0) return best;
            if (Suits(node, shape, allowed)) return node;
        }

        return best;
    }

    private static int RowOf(GpuDevices gpus) => gpus.FreeMilli == 0 ? 0 : Math.Min(gpus.Whole + 1, GpuRows - 1);

    private static int RowOfAsk(long milliGpu) =>
        milliGpu == 0 ? 0 : milliGpu % Resources.PerGpu != 0 ? 1 : (int)Math.Min(milliGpu / Resources.PerGpu + 1, GpuRows - 1);

    private static int Column(long milliCpu) => 64 - BitOperations.LeadingZeroCount((ulong)milliCpu);

    private static double Share(long free, long largest) => largest == 0 ? 0 : (double)free / largest;

    /// <summary>Takes the node out of its bucket, so that its free amounts may change; <see cref="Insert"/> puts it back.</summary>
    private void Detach(NodeState node)
    {
        if (!node.IsOpen) return;
        var bucket = _buckets[node.Bucket]!;
        bucket.Remove(node);
        if (bucket.Count == 0) _occupied[node.Bucket / CpuColumns] &= ~(1UL << (node.Bucket % CpuColumns));
    }

    private void Insert(NodeState node)
    {
        node.Version++;
        if (!node.IsOpen) return;
        var room = node.Room;
        node.Left = LeftOf(room);
        node.Bucket = RowOf(room.Gpus) * CpuColumns + Column(room.MilliCpu);
        (_buckets[node.Bucket] ??= new SortedSet<NodeState>(ByLeft)).Add(node);
        _occupied[node.Bucket / CpuColumns] |= 1UL << (node.Bucket % CpuColumns);
    }

    /// <summary>What is free, each part as a share of the largest node, added up.</summary>
    public double LeftOf(NodeRoom room) =>
        Share(room.MilliCpu, _largest.MilliCpu) + Share(room.MemoryBytes, _largest.MemoryBytes) + Share(room.Gpus.FreeMilli, _largest.MilliGpu);

    private void Rebuild(Resources largest)
    {
        _largest = largest;
        foreach (var bucket in _buckets) bucket?.Clear();
        Array.Clear(_occupied);
        foreach (var node in _byName.Values) Insert(node);
    }
}
