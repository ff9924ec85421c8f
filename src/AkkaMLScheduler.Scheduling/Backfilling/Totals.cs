namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>
/// What is free on all nodes together over time. A gang can start only where this is enough throughout; whether it really can, the nodes
/// must say. Kept as changes, since many come and few ask. Times are UTC ticks.
/// </summary>
internal sealed class Totals(Resources free, long now)
{
    /// <summary>So many steps of the past are kept before they are cut off together.</summary>
    private const int PastKept = 64;

    private readonly List<long> _at = [now];

    /// <summary>By how much each step differs from the one before it; the first from nothing.</summary>
    private readonly List<Resources> _changes = [free];

    /// <summary>Cuts off what is past.</summary>
    public void Advance(long to)
    {
        var past = StepAt(to);
        if (past < PastKept) return;
        _changes[past] = FreeAt(past);
        _at.RemoveRange(0, past);
        _changes.RemoveRange(0, past);
    }

    public void Change(long from, long to, Resources by)
    {
        if (to <= _at[0]) return;
        _changes[Split(Math.Max(from, _at[0]))] += by;
        if (to != NodeTimeline.Never) _changes[Split(to)] -= by;
    }

    /// <summary>The earliest start, from an instant on and before the limit, of a stretch of this length with so much free throughout.</summary>
    public long? EarliestHole(long from, long length, Resources need, long limit)
    {
        var step = StepAt(from);
        long? start = null;
        for (var free = FreeAt(step); ; free += _changes[step])
        {
            start = free.Covers(need) ? start ?? Math.Max(_at[step], from) : null;
            if (start >= limit) return null;
            step++;
            if (step == _at.Count) return start;
            if (start is { } found && length < NodeTimeline.Never - found && _at[step] >= found + length) return found;
        }
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

    private Resources FreeAt(int step)
    {
        var free = Resources.None;
        for (var i = 0; i <= step; i++) free += _changes[i];
        return free;
    }

    // Equal neighbours are not joined: what one node gives another may take at the same instant, and a gang may fit from then on.
    private int Split(long at)
    {
        var found = _at.BinarySearch(at);
        if (found >= 0) return found;
        found = ~found;
        _at.Insert(found, at);
        _changes.Insert(found, Resources.None);
        return found;
    }
}
