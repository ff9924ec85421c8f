namespace AkkaMLScheduler.Scheduling.State;

/// <summary>A queue of the share tree, and what runs on its account.</summary>
internal sealed class QueueNode(string path, QueueNode? parent)
{
    private readonly SortedDictionary<string, QueueNode> _children = new(StringComparer.Ordinal);
    private int _namedBelow;

    public string Path { get; } = path;

    public QueueNode? Parent { get; } = parent;

    public int Weight { get; private set; } = 1;

    public Resources? Guarantee { get; private set; }

    public Resources? Quota { get; private set; }

    /// <summary>It or one above it has a quota.</summary>
    public bool HasQuota => Quota is not null || Parent is { HasQuota: true };

    /// <summary>The latest cycle that closed it, kept by <see cref="Skips"/>; and why it did.</summary>
    public long ClosedIn { get; set; }

    public (PendingReason Reason, string Text) WhyClosed { get; set; }

    /// <summary>What runs in it and below it.</summary>
    public Resources Usage { get; private set; }

    /// <summary>What runs in it itself, not below it.</summary>
    public Resources Own { get; private set; }

    /// <summary>By name; those that nobody names any more, too.</summary>
    public IReadOnlyCollection<QueueNode> Children => _children.Values;

    /// <summary>A job waits or runs below it, or a queue below it is specified.</summary>
    public bool HasChildren => _namedBelow > 0;

    public QueueNode Child(string name)
    {
        if (_children.TryGetValue(name, out var child)) return child;
        child = new QueueNode(Path.Length == 0 ? name : $"{Path}/{name}", this);
        _children.Add(name, child);
        return child;
    }

    public void Specify(QueueSpec? spec)
    {
        Weight = spec?.Weight ?? 1;
        Guarantee = spec?.Guarantee;
        Quota = spec?.Quota;
    }

    /// <summary>A job waits or runs in it, or it is specified.</summary>
    public void Name() => CountNames(1);

    /// <summary>Takes back one <see cref="Name"/>.</summary>
    public void Unname() => CountNames(-1);

    /// <summary>Counts a start (or, negative, an end) here and in all above.</summary>
    public void Charge(Resources by)
    {
        Own += by;
        for (var node = this; node is not null; node = node.Parent) node.Usage += by;
    }

    /// <summary>The lowest queue, from here upwards, that this much more would take beyond its quota; null when none.</summary>
    public QueueNode? OverQuota(Resources more)
    {
        for (var node = this; node is not null; node = node.Parent)
            if (node.Quota is { } quota && !quota.Covers(node.Usage + more))
                return node;
        return null;
    }

    /// <summary>
    /// The largest part of its guarantee that this usage is, over the resources that the guarantee names: from 1 on the guarantee is used
    /// up. Infinite when it has none.
    /// </summary>
    public double PartOfGuarantee(Resources usage) => Guarantee is { } guarantee && guarantee != Resources.None
        ? Part(usage, guarantee, 1)
        : double.PositiveInfinity;

    /// <summary>What of this usage is above its guarantee.</summary>
    public Resources BeyondGuarantee(Resources usage) =>
        Guarantee is { } guarantee ? Resources.Largest(usage - guarantee, Resources.None) : usage;

    /// <summary>The largest part of the total that it uses of any resource, divided by its weight (Ghodsi et al. 2011).</summary>
    public double DominantShare(Resources total) => ShareOf(Usage, total);

    public double ShareOf(Resources usage, Resources total) => Part(usage, total, Weight);

    /// <summary>The largest part that this usage is of the total of any resource, divided by a weight.</summary>
    /// <remarks>One division of whole numbers: equal fractions give equal doubles, so that ties are seen.</remarks>
    public static double Part(Resources usage, Resources total, int weight) => Math.Max(
        Part(usage.MilliCpu, total.MilliCpu, weight),
        Math.Max(Part(usage.MemoryBytes, total.MemoryBytes, weight), Part(usage.MilliGpu, total.MilliGpu, weight)));

    private void CountNames(int by)
    {
        for (var node = Parent; node is not null; node = node.Parent) node._namedBelow += by;
    }

    private static double Part(long used, long total, int weight) => total <= 0 ? 0 : used / ((double)weight * total);
}
