using System.Numerics;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>
/// The live nodes, in buckets by free GPUs and by the magnitude of free CPU, each ordered by what is left. A search begins at the
/// first bucket that can fit, so that full nodes are not looked at; within a bucket the tightest node comes first.
/// </summary>
internal sealed class NodeIndex
{
    /// <summary>Nodes with this many free GPUs or more share a bucket row.</summary>
    private const int GpuRows = 17;

    /// <summary>Free millicores by their highest bit: 0, 1, 2-3, 4-7, … up to 2^63.</summary>
    private const int CpuColumns = 65;

    private readonly SortedSet<NodeState>?[] _buckets = new SortedSet<NodeState>?[GpuRows * CpuColumns];
    private readonly Dictionary<string, NodeState> _byName = new(StringComparer.Ordinal);
    private Resources _largest;

    public int Count => _byName.Count;

    public IEnumerable<NodeState> All => _byName.Values;

    /// <summary>The largest figure of any live node, per resource; what "left" is a share of.</summary>
    public Resources Largest => _largest;

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
        var largest = _byName.Values.Aggregate(Resources.None, (most, other) => Resources.Largest(most, other.Capacity.Capacity));
        if (largest != _largest) Rebuild(largest);
    }

    /// <summary>Takes the node out of its bucket, so that its free amounts may change; <see cref="Insert"/> puts it back.</summary>
    public void Detach(NodeState node) => _buckets[node.Bucket]!.Remove(node);

    public void Insert(NodeState node)
    {
        node.Left = Share(node.FreeMilliCpu, _largest.MilliCpu) + Share(node.FreeMemoryBytes, _largest.MemoryBytes)
            + Share(node.Slots.Free, _largest.Gpus);
        node.Bucket = Row(node.Slots.Free) * CpuColumns + Column(node.FreeMilliCpu);
        (_buckets[node.Bucket] ??= new SortedSet<NodeState>(Comparer<NodeState>.Create(CompareLeft))).Add(node);
    }

    /// <summary>The node with the least left that fits one task of this shape; null when none does.</summary>
    public NodeState? Tightest(in TaskShape shape)
    {
        NodeState? best = null;
        var firstColumn = Column(shape.Ask.MilliCpu);
        for (var row = Row(shape.Ask.Gpus); row < GpuRows; row++)
        {
            for (var column = firstColumn; column < CpuColumns; column++)
            {
                if (_buckets[row * CpuColumns + column] is { Count: > 0 } bucket)
                    best = Tightest(bucket, shape, best);
            }
        }

        return best;
    }

    private static NodeState? Tightest(SortedSet<NodeState> bucket, in TaskShape shape, NodeState? best)
    {
        // The first of a bucket nearly always decides, and asking for it allocates nothing.
        var first = bucket.Min!;
        if (best is not null && CompareLeft(best, first) <= 0) return best;
        if (first.Fits(shape.Ask) && shape.Matches(first)) return first;
        foreach (var node in bucket)
        {
            if (best is not null && CompareLeft(best, node) <= 0) return best;
            if (node.Fits(shape.Ask) && shape.Matches(node)) return node;
        }

        return best;
    }

    private static int Row(int gpus) => Math.Min(gpus, GpuRows - 1);

    private static int Column(long milliCpu) => 64 - BitOperations.LeadingZeroCount((ulong)milliCpu);

    private static double Share(long free, long largest) => largest == 0 ? 0 : (double)free / largest;

    private void Rebuild(Resources largest)
    {
        _largest = largest;
        foreach (var bucket in _buckets) bucket?.Clear();
        foreach (var node in _byName.Values) Insert(node);
    }
}
