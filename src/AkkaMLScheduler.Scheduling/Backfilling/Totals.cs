using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>
/// What is free on all nodes together over time. A gang can start only where this is enough throughout; whether it really can, the nodes
/// must say. Times are UTC ticks.
/// </summary>
internal sealed class Totals(Resources free, long now)
{
    /// <summary>So many steps of the past are kept before they are cut off together.</summary>
    private const int PastKept = 64;

    private readonly List<long> _at = [now];
    private readonly List<Resources> _free = [free];

    /// <summary>Cuts off what is past.</summary>
    public void Advance(long to)
    {
        var past = StepAt(to);
        if (past < PastKept) return;
        _at.RemoveRange(0, past);
        _free.RemoveRange(0, past);
    }

    public void Change(long from, long to, Resources by)
    {
        if (to <= _at[0]) return;
        var first = Split(Math.Max(from, _at[0]));
        var end = to == NodeTimeline.Never ? _at.Count : Split(to);
        foreach (ref var free in CollectionsMarshal.AsSpan(_free)[first..end]) free += by;
    }

    /// <summary>The earliest start, from an instant on and before the limit, of a stretch of this length with so much free throughout.</summary>
    public long? EarliestHole(long from, long length, Resources need, long limit)
    {
        for (var first = StepAt(from); first < _at.Count;)
        {
            var start = Math.Max(_at[first], from);
            if (start >= limit) return null;
            var end = length >= NodeTimeline.Never - start ? NodeTimeline.Never : start + length;
            var step = first;
            while (step < _at.Count && _at[step] < end && _free[step].Covers(need)) step++;
            if (step == _at.Count || _at[step] >= end) return start;
            first = step + 1;
        }

        return null;
    }

    /// <summary>The first change after an instant; null when there is none.</summary>
    public long? After(long at)
    {
        var next = StepAt(at) + 1;
        return next < _at.Count ? _at[next] : null;
    }

    private int StepAt(long at)
    {
        var found = _at.BinarySearch(at);
        return found >= 0 ? found : Math.Max(~found - 1, 0);
    }

    // Equal neighbours are not joined: what one node gives another may take at the same instant, and a gang may fit from then on.
    private int Split(long at)
    {
        var found = _at.BinarySearch(at);
        if (found >= 0) return found;
        found = ~found;
        _at.Insert(found, at);
        _free.Insert(found, _free[found - 1]);
        return found;
    }
}
