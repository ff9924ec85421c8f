using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Preempting;

/// <summary>
/// Weighs the head's queue against a victim's, as if the head had started and all that leave had left: where their paths part, the
/// victim's must still have at least the head's share once the victim is gone, and no queue on its side falls below its guarantee.
/// </summary>
/// <remarks>
/// Shares are those of the order <c>drf</c>: within its guarantee a head may always take, beyond it what is above the guarantee counts.
/// An inner queue is measured only by resources that the head asks for: what one child holds of others must neither cost its siblings
/// what they share with the head nor keep them from their part (H-DRF's starvation).
/// </remarks>
internal sealed class FairBalance
{
    private readonly PendingJob _head;
    private readonly Resources _total;
    private readonly Dictionary<Side, Resources> _changes = [];

    /// <summary>For each queue from the head's upwards: the head's side below it.</summary>
    private readonly Dictionary<QueueNode, Side> _sides = [];

    public FairBalance(Cycle cycle, PendingJob head)
    {
        _head = head;
        _total = cycle.Cluster.Nodes.Total;
        var side = new Side(head.Queue, IsOwn: true);
        for (var node = head.Queue; node is not null; node = node.Parent)
        {
            _sides.Add(node, side);
            side = new Side(node, IsOwn: false);
        }

        foreach (var leaving in cycle.Leaving)
            if (!leaving.Vacated)
                Change(leaving.Queue, Resources.None - leaving.Total);
        // An elastic gang counts with all its tasks.
        Change(head.Queue, head.Request.PerTask * head.Request.Tasks);
    }

    /// <summary>One side of where two paths part: a queue, or what is in an inner queue itself.</summary>
    private readonly record struct Side(QueueNode Queue, bool IsOwn);

    /// <summary>False when no queue has more than the head's would have, which is quickly seen.</summary>
    public bool AnyMayGive()
    {
        foreach (var (fork, mine) in _sides)
        {
            foreach (var child in fork.Children)
                if (child != mine.Queue && HasMore(new Side(child, false), mine))
                    return true;
            if (!mine.IsOwn && HasMore(new Side(fork, true), mine)) return true;
        }

        return false;
    }

    /// <summary>True when this attempt may be stopped beside those allowed before; it then counts as gone.</summary>
    public bool TryStop(Allocation victim)
    {
        if (victim.Queue == _head.Queue || victim.Vacated) return false;
        var gone = Resources.None - victim.Total;
        var theirs = new Side(victim.Queue, true);
        var node = victim.Queue;
        while (!_sides.ContainsKey(node))
        {
            if (node.PartOfGuarantee(Usage(new Side(node, false)) + gone) < 1) return false;
            theirs = new Side(node, false);
            node = node.Parent!;
        }

        var mine = _sides[node];
        if (!IsWithinGuarantee(mine) && Share(theirs, Usage(theirs) + gone) < Share(mine, Usage(mine))) return false;
        Change(victim.Queue, gone);
        return true;
    }

    private bool HasMore(Side theirs, Side mine) =>
        !IsWithinGuarantee(theirs) && Share(theirs, Usage(theirs)) is var share && share > 0
        && (IsWithinGuarantee(mine) || share > Share(mine, Usage(mine)));

    private bool IsWithinGuarantee(Side side) => !side.IsOwn && side.Queue.PartOfGuarantee(Usage(side)) < 1;

    private double Share(Side side, Resources usage)
    {
        if (side.IsOwn) return QueueNode.Part(usage, _total, 1);
        var above = side.Queue.BeyondGuarantee(usage);
        return side.Queue.ShareOf(side.Queue.HasChildren ? Asked(above) : above, _total);
    }

    private Resources Asked(Resources amount)
    {
        var ask = _head.Shape.Ask;
        return new Resources(ask.MilliCpu > 0 ? amount.MilliCpu : 0, ask.MemoryBytes > 0 ? amount.MemoryBytes : 0, ask.MilliGpu > 0 ? amount.MilliGpu : 0);
    }

    private Resources Usage(Side side) => (side.IsOwn ? side.Queue.Own : side.Queue.Usage) + _changes.GetValueOrDefault(side);

    private void Change(QueueNode queue, Resources by)
    {
        var own = new Side(queue, true);
        _changes[own] = _changes.GetValueOrDefault(own) + by;
        for (var node = queue; node is not null; node = node.Parent)
        {
            var all = new Side(node, false);
            _changes[all] = _changes.GetValueOrDefault(all) + by;
        }
    }
}
