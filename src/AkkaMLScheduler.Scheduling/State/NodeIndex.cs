using System.Numerics;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>
/// The live nodes. Those open for placement stand on shelves by free GPUs and by the magnitude of free CPU, each ordered by what is
/// left. A search begins at the first shelf that can fit, so that full nodes are not looked at. The shelves are set up at the first
/// search after nodes have come or gone.
/// </summary>
internal sealed class NodeIndex
{
    /// <summary>
    /// Rows: 0 nothing of any GPU is free, 1 shares only, then one row per whole free GPU; nodes with 16 or more stand together.
    /// </summary>
    private const int GpuRows = 18;

    /// <summary>Free millicores by their highest bit: 0, 1, 2-3, 4-7, … below 2^63. One word says which of a row hold nodes.</summary>
    private const int CpuColumns = 64;

    /// <summary>Whoever has missed more changes than this looks at every node again.</summary>
    private const int ChangesKept = 16_384;

    private readonly SortedBlocks<ShelfEntry>?[] _shelves = new SortedBlocks<ShelfEntry>?[GpuRows * CpuColumns];
    private readonly ulong[] _occupied = new ulong[GpuRows];
    private readonly Dictionary<string, NodeState> _byName = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<NodeState>> _byRack = new(StringComparer.Ordinal);
    private readonly List<NodeState> _newcomers = [];
    private readonly NodeState[] _changed = new NodeState[ChangesKept];
    private NodeState[] _byRank = [];
    private Resources _largest;
    private bool _isSettled = true;

    public int Count => _byName.Count;

    /// <summary>All live nodes, closed ones too, in no particular order.</summary>
    public IReadOnlyCollection<NodeState> All => _byName.Values;

    /// <summary>All live nodes by name, each at its <see cref="NodeState.Rank"/>.</summary>
    public NodeState[] ByName
    {
        get
        {
            Settle();
            return _byRank;
        }
    }

    /// <summary>Changes with the set of live nodes, and so with their ranks.</summary>
    public int Generation { get; private set; }

    /// <summary>How often some node's room has changed, or it was opened or closed.</summary>
    public long Changes { get; private set; }

    /// <summary>The live nodes that say where they stand, by rack.</summary>
    public IReadOnlyDictionary<string, List<NodeState>> Racks => _byRack;

    /// <summary>What all live nodes offer together.</summary>
    public Resources Total { get; private set; }

    /// <summary>What of that no task holds.</summary>
    public Resources Free { get; private set; }

    public NodeState? Find(string name) => _byName.GetValueOrDefault(name);

    public void Add(NodeState node)
    {
        _byName.Add(node.Name, node);
        _newcomers.Add(node);
        Total += node.Capacity.Capacity;
        Free += node.Free;
        if (node.Rack is { } rack)
        {
            if (!_byRack.TryGetValue(rack, out var there)) _byRack.Add(rack, there = []);
            there.Add(node);
        }

        Unsettle();
    }

    public void Remove(NodeState node)
    {
        _byName.Remove(node.Name);
        if (!_newcomers.Remove(node)) node.Rank = NodeState.Gone;
        Total -= node.Capacity.Capacity;
        Free -= node.Free;
        if (node.Rack is { } rack && _byRack[rack] is var there && there.Remove(node) && there.Count == 0) _byRack.Remove(rack);
        Unsettle();
    }

    /// <summary>Opens the node for placement, or closes it.</summary>
    public void Open(NodeState node, bool open)
    {
        if (node.IsOpen == open) return;
        Detach(node);
        node.IsOpen = open;
        Attach(node);
    }

    public void Take(NodeState node, Resources ask, IReadOnlyList<int> gpus)
    {
        Detach(node);
        node.Room.Take(ask, gpus);
        Free -= ask;
        Attach(node);
    }

    public void Give(NodeState node, Resources ask, IReadOnlyList<int> gpus)
    {
        Detach(node);
        node.Room.Give(ask, gpus);
        Free += ask;
        Attach(node);
    }

    /// <summary>
    /// Which changes came after so many: a range of numbers for <see cref="Changed"/>. Null when it is not known any more, or when
    /// looking at every node is less work.
    /// </summary>
    public (long First, long End)? ChangedSince(long seen) =>
        seen < Changes - Math.Min(ChangesKept, Count) ? null : (seen, Changes);

    /// <summary>Which node was changed by the change with this number.</summary>
    public NodeState Changed(long change) => _changed[change % ChangesKept];

    /// <summary>The open node with the least left that fits one task of this shape, by name among equals; null when none does.</summary>
    public NodeState? Tightest(in TaskShape shape, Func<NodeState, bool>? allowed)
    {
        Settle();
        NodeState? best = null;
        var least = new ShelfEntry(double.PositiveInfinity, 0);
        var firstColumn = Column(shape.Ask.MilliCpu);
        for (var row = RowOfAsk(shape.Ask.MilliGpu); row < GpuRows; row++)
        {
            for (var columns = _occupied[row] >> firstColumn << firstColumn; columns != 0; columns &= columns - 1)
            {
                var shelf = _shelves[row * CpuColumns + BitOperations.TrailingZeroCount(columns)]!;
                if (shelf.First.IsBefore(least)) Tightest(shelf, shape, allowed, ref best, ref least);
            }
        }

        return best;
    }

    /// <summary>The open node with the most left that fits one task of this shape, by name among equals; null when none does.</summary>
    public NodeState? Loosest(in TaskShape shape, Func<NodeState, bool>? allowed)
    {
        Settle();
        NodeState? best = null;
        var firstColumn = Column(shape.Ask.MilliCpu);
        for (var row = GpuRows - 1; row >= RowOfAsk(shape.Ask.MilliGpu); row--)
        {
            for (var columns = _occupied[row] >> firstColumn << firstColumn; columns != 0; columns &= columns - 1)
                Loosest(_shelves[row * CpuColumns + BitOperations.TrailingZeroCount(columns)]!, shape, allowed, ref best);
        }

        return best;
    }

    /// <summary>How many tasks of this shape fit what is free on open nodes; not counted on once there are <paramref name="enough"/>.</summary>
    public long RoomFor(in TaskShape shape, long enough)
    {
        Settle();
        var tasks = 0L;
        var firstColumn = Column(shape.Ask.MilliCpu);
        for (var row = RowOfAsk(shape.Ask.MilliGpu); row < GpuRows; row++)
        {
            for (var columns = _occupied[row] >> firstColumn << firstColumn; columns != 0 && tasks < enough; columns &= columns - 1)
                tasks += RoomFor(_shelves[row * CpuColumns + BitOperations.TrailingZeroCount(columns)]!, shape, enough - tasks);
        }

        return tasks;
    }

    /// <summary>What is free, each part as a share of the largest node, added up.</summary>
    public double LeftOf(NodeRoom room)
    {
        Settle();
        return Left(room);
    }

    private void Tightest(SortedBlocks<ShelfEntry> shelf, in TaskShape shape, Func<NodeState, bool>? allowed, ref NodeState? best, ref ShelfEntry least)
    {
        for (var block = 0; block < shelf.Blocks; block++)
        {
            foreach (ref readonly var entry in shelf[block])
            {
                if (!entry.IsBefore(least)) return;
                var node = _byRank[entry.Rank];
                if (!Suits(node, shape, allowed)) continue;
                best = node;
                least = entry;
                return;
            }
        }
    }

    private void Loosest(SortedBlocks<ShelfEntry> shelf, in TaskShape shape, Func<NodeState, bool>? allowed, ref NodeState? best)
    {
        for (var block = shelf.Blocks - 1; block >= 0; block--)
        {
            var entries = shelf[block];
            for (var at = entries.Length - 1; at >= 0; at--)
            {
                var (left, rank) = entries[at];
                if (best is not null && best.Left > left) return;
                // Among equals the smallest name wins, and going backwards comes to it last.
                if (best is not null && best.Left == left && best.Rank < rank) continue;
                if (Suits(_byRank[rank], shape, allowed)) best = _byRank[rank];
            }
        }
    }

    private long RoomFor(SortedBlocks<ShelfEntry> shelf, in TaskShape shape, long enough)
    {
        var tasks = 0L;
        for (var block = 0; block < shelf.Blocks && tasks < enough; block++)
        {
            foreach (ref readonly var entry in shelf[block])
                if (shape.Matches(_byRank[entry.Rank]))
                    tasks += _byRank[entry.Rank].Room.Times(shape.Ask);
        }

        return tasks;
    }

    private static bool Suits(NodeState node, in TaskShape shape, Func<NodeState, bool>? allowed) =>
        node.Room.Fits(shape.Ask) && shape.Matches(node) && (allowed is null || allowed(node));

    private static int RowOf(GpuDevices gpus) => gpus.FreeMilli == 0 ? 0 : Math.Min(gpus.Whole + 1, GpuRows - 1);

    private static int RowOfAsk(long milliGpu) =>
        milliGpu == 0 ? 0 : milliGpu % Resources.PerGpu != 0 ? 1 : (int)Math.Min(milliGpu / Resources.PerGpu + 1, GpuRows - 1);

    private static int Column(long milliCpu) => 64 - BitOperations.LeadingZeroCount((ulong)milliCpu);

    private static double Share(long free, long largest) => largest == 0 ? 0 : (double)free / largest;

    private double Left(NodeRoom room) =>
        Share(room.MilliCpu, _largest.MilliCpu) + Share(room.MemoryBytes, _largest.MemoryBytes) + Share(room.Gpus.FreeMilli, _largest.MilliGpu);

    /// <summary>Takes the node off its shelf, so that its free amounts may change; <see cref="Attach"/> puts it back.</summary>
    private void Detach(NodeState node)
    {
        if (!_isSettled || !node.IsOpen) return;
        var shelf = _shelves[node.Shelf]!;
        shelf.Remove(new ShelfEntry(node.Left, node.Rank));
        if (shelf.IsEmpty) _occupied[node.Shelf / CpuColumns] &= ~(1UL << (node.Shelf % CpuColumns));
    }

    private void Attach(NodeState node)
    {
        node.Version++;
        _changed[Changes++ % ChangesKept] = node;
        if (_isSettled) Shelve(node);
    }

    private void Shelve(NodeState node)
    {
        if (!node.IsOpen) return;
        var room = node.Room;
        node.Left = Left(room);
        node.Shelf = RowOf(room.Gpus) * CpuColumns + Column(room.MilliCpu);
        (_shelves[node.Shelf] ??= new SortedBlocks<ShelfEntry>()).Add(new ShelfEntry(node.Left, node.Rank));
        _occupied[node.Shelf / CpuColumns] |= 1UL << (node.Shelf % CpuColumns);
    }

    private void Unsettle()
    {
        Generation++;
        _isSettled = false;
    }

    /// <summary>Ranks the nodes and sets up the shelves, if nodes have come or gone.</summary>
    private void Settle()
    {
        if (_isSettled) return;
        _isSettled = true;
        _byRank = Ranked();
        _newcomers.Clear();
        _largest = Resources.None;
        foreach (var node in _byRank) _largest = Resources.Largest(_largest, node.Capacity.Capacity);
        foreach (var shelf in _shelves) shelf?.Clear();
        Array.Clear(_occupied);
        for (var rank = 0; rank < _byRank.Length; rank++)
        {
            _byRank[rank].Rank = rank;
            Shelve(_byRank[rank]);
        }
    }

    /// <summary>Those known before are in order already: the newcomers are merged into them.</summary>
    private NodeState[] Ranked()
    {
        _newcomers.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        var ranked = new NodeState[_byName.Count];
        var (at, next) = (0, 0);
        foreach (var node in _byRank)
        {
            if (node.Rank == NodeState.Gone) continue;
            while (next < _newcomers.Count && string.CompareOrdinal(_newcomers[next].Name, node.Name) < 0) ranked[at++] = _newcomers[next++];
            ranked[at++] = node;
        }

        while (next < _newcomers.Count) ranked[at++] = _newcomers[next++];
        return ranked;
    }
}
