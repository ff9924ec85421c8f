using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>A queue with jobs waiting in it or below it, and how it stands among its siblings in the cycle at hand.</summary>
/// <param name="queue">Whose usage counts.</param>
/// <param name="parent">
/// Null for the root. With the same queue it stands for the jobs that wait in an inner queue itself, as one more child of that.
/// </param>
internal sealed class FairNode(QueueNode queue, FairNode? parent)
{
    /// <summary>What a key is lowered by within a guarantee: parts below 1 then come before all shares.</summary>
    private const double GuaranteeFirst = 2;

    private readonly bool _isOwn = parent?.Queue == queue;
    private readonly List<FairNode> _children = [];
    private readonly List<FairNode> _waiting = [];
    private readonly FairHeap _open = new();
    private readonly FairHeap _blocked = new();
    private FairHeap? _among;
    private int _indexInParent = -1;
    private bool _areRanked;

    /// <summary>What the children in <see cref="_open"/> use above their guarantees, which is what scaling applies to.</summary>
    private Resources _scaled;

    private Slopes _slopes;

    private double _share;
    private Resources _above;
    private Slopes _slope;

    public QueueNode Queue { get; } = queue;

    public FairNode? Parent { get; } = parent;

    /// <summary>Null in an inner queue, and in one that no job has waited in.</summary>
    public FairLeaf? Leaf { get; set; }

    /// <summary>Jobs have waited below it.</summary>
    public bool IsInner { get; private set; }

    /// <summary>Of an inner queue: the child for the jobs that wait in it itself, when there were any.</summary>
    public FairNode? Own { get; set; }

    /// <summary>Where its heap keeps it.</summary>
    public int Place { get; set; }

    /// <summary>Its place among all children of its parent, by path.</summary>
    public int Rank { get; private set; }

    /// <summary>The lower, the sooner it is served.</summary>
    public double Key { get; private set; }

    /// <summary>Counted as started although it was only read.</summary>
    public Resources Assumed { get; set; }

    public bool IsWaiting => Leaf is not null ? !Leaf.IsEmpty : _waiting.Count > 0;

    public Resources Usage => (_isOwn ? Queue.Own : Queue.Usage) + Assumed;

    /// <summary>
    /// False in a leaf, and where only jobs of the queue itself wait: what waited below it once makes no difference to how it stands now.
    /// </summary>
    private bool AnyWaitBelow => Leaf is null && !(_waiting.Count == 1 && _waiting[0]._isOwn);

    private int Weight => _isOwn ? 1 : Queue.Weight;

    /// <summary>The leaf whose turn it is; null when none has anything left.</summary>
    public FairNode? NextLeaf()
    {
        var node = FairHeap.First(_open, _blocked);
        while (node is { Leaf: null }) node = FairHeap.First(node._open, node._blocked);
        return node;
    }

    /// <summary>A child for this queue, or for the jobs that wait in this one itself.</summary>
    public FairNode NewChild(QueueNode queue)
    {
        var child = new FairNode(queue, this);
        _children.Add(child);
        _areRanked = false;
        return child;
    }

    /// <summary>Makes room for children: what waits in it itself becomes one of them.</summary>
    public void BecomeInner()
    {
        IsInner = true;
        if (Leaf is not { } leaf) return;
        Leaf = null;
        Own = NewChild(Queue);
        Own.Leaf = leaf;
        Own.ListAbove();
    }

    /// <summary>Enters it into, or takes it out of, the lists of those above, when its first job has come or its last has gone.</summary>
    public void ListAbove()
    {
        for (var node = this; node.Parent is { } above && node.IsWaiting != node._indexInParent >= 0; node = above)
        {
            var list = above._waiting;
            if (node._indexInParent < 0)
            {
                node._indexInParent = list.Count;
                list.Add(node);
                continue;
            }

            var last = list[^1];
            list[node._indexInParent] = last;
            last._indexInParent = node._indexInParent;
            list.RemoveAt(list.Count - 1);
            node._indexInParent = -1;
        }
    }

    /// <summary>Forgets the cycle before, here and below.</summary>
    public void Begin(Skips skips)
    {
        Assumed = Resources.None;
        Leaf?.Begin(skips);
        foreach (var child in _waiting) child.Begin(skips);
    }

    /// <summary>Makes the order anew, here and below.</summary>
    public void Arrange(Scarcity scarcity)
    {
        if (Leaf is not null) return;
        _open.Clear();
        _blocked.Clear();
        (_scaled, _slopes) = (default, default);
        if (!_areRanked) RankChildren();
        foreach (var child in _waiting)
        {
            child.Arrange(scarcity);
            child.Weigh(scarcity);
            child._among = child.BelongsIn(scarcity);
            child._among?.Append(child);
            if (child._among == _open) Count(child);
        }

        _open.Order();
        _blocked.Order();
    }

    /// <summary>Moves it, and those above it, to where they now belong: its usage or what can be served of it has changed.</summary>
    public void Settle(Scarcity scarcity)
    {
        for (var node = this; node.Parent is { } above; node = above)
        {
            var (from, to) = (node._among, node.BelongsIn(scarcity));
            if (from == above._open) above.Discount(node);
            node.Weigh(scarcity);
            if (to == above._open) above.Count(node);
            node._among = to;
            if (from == to)
            {
                to?.Update(node);
                continue;
            }

            from?.Remove(node);
            to?.Add(node);
        }
    }

    /// <summary>Shares closer than 2^-40 of themselves count as equal: what the roundings of scaling leave is far below that.</summary>
    private static double Round(double share) =>
        BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(share) + (1L << 11)) & ~((1L << 12) - 1));

    private FairHeap? BelongsIn(Scarcity scarcity)
    {
        if (Leaf is null) return _open.Count > 0 ? Parent!._open : _blocked.Count > 0 ? Parent!._blocked : null;
        if (Leaf.Next is not { } next) return null;
        return Leaf.HasFailed || scarcity.Holds(next.Shape.Ask) ? Parent!._blocked : Parent!._open;
    }

    private void RankChildren()
    {
        _children.Sort((a, b) => string.CompareOrdinal(a.Queue.Path, b.Queue.Path));
        for (var i = 0; i < _children.Count; i++) _children[i].Rank = i;
        _areRanked = true;
    }

    private void Weigh(Scarcity scarcity)
    {
        var usage = Usage;
        var part = _isOwn ? double.PositiveInfinity : Queue.PartOfGuarantee(usage);
        if (part < 1)
        {
            // What is within a guarantee is never scaled, and who waits with one counts as having nothing.
            (Key, _share, _above, _slope) = (Round(part) - GuaranteeFirst, 0, default, default);
            return;
        }

        _above = _isOwn ? usage : Queue.BeyondGuarantee(usage);
        var isInner = AnyWaitBelow;
        var parts = isInner ? Scaled(usage, scarcity) : Parent!.Parent is null ? default : scarcity.PartsOf(_above);
        _share = isInner ? parts.Largest / Weight : QueueNode.Part(_above, scarcity.Total, Weight);
        Key = Round(_share);
        // The root is compared with nobody, so that nothing is added up in it.
        _slope = Parent!.Parent is null ? default : Slopes.Of(parts, _share);
    }

    /// <summary>What counts in an inner queue's share: its children's usage scaled down to the lowest share of one that can be served.</summary>
    private Parts Scaled(Resources usage, Scarcity scarcity)
    {
        var all = scarcity.PartsOf(usage - _scaled) + _slopes.At(_open.Top?._share ?? 0);
        return Queue.Guarantee is { } guarantee ? all.Beyond(scarcity.PartsOf(guarantee)) : all;
    }

    private void Count(FairNode child)
    {
        _scaled += child._above;
        _slopes += child._slope;
    }

    private void Discount(FairNode child)
    {
        _scaled -= child._above;
        _slopes -= child._slope;
    }
}
