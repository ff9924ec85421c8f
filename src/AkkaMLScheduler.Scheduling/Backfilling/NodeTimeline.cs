using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>What is free on one node over time, as steps. Times are UTC ticks.</summary>
internal sealed class NodeTimeline
{
    /// <summary>The end of time.</summary>
    public const long Never = long.MaxValue;

    /// <summary>So many steps of the past are kept before they are cut off together.</summary>
    private const int PastKept = 16;

    private readonly List<long> _at;
    private readonly List<NodeRoom> _rooms;

    public NodeTimeline(NodeRoom room, long now)
    {
        _at = [now];
        _rooms = [room.Copy()];
    }

    /// <summary>Takes from (or gives back to) all steps between the instants. What is before <paramref name="now"/> is of no interest.</summary>
    public void Change(long now, long from, long to, Resources ask, IReadOnlyList<int> gpus, bool take)
    {
        if (to <= now) return;
        CutOff(now);
        var first = Split(Math.Max(from, _at[0]));
        var end = to == Never ? _at.Count : Split(to);
        for (var step = first; step < end; step++)
        {
            if (take)
                _rooms[step].Take(ask, gpus);
            else
                _rooms[step].Give(ask, gpus);
        }

        Join(end);
        Join(first);
    }

    /// <summary>The earliest start, from now on and before the limit, of a stretch of this length that one task fits throughout.</summary>
    public long? EarliestHole(long now, long length, Resources ask, long limit)
    {
        for (var first = StepAt(now); first < _at.Count;)
        {
            var start = Math.Max(_at[first], now);
            if (start >= limit) return null;
            var end = length >= Never - start ? Never : start + length;
            var step = first;
            while (step < _at.Count && _at[step] < end && _rooms[step].Fits(ask)) step++;
            var isFree = step == _at.Count || _at[step] >= end;
            // Each step may have room on another device; one that is free throughout is needed.
            if (isFree && (ask.MilliGpu == 0 || step == first + 1 || Throughout(start, end).Fits(ask))) return start;
            // Whatever starts before the step without room runs into it.
            first = isFree ? first + 1 : step + 1;
        }

        return null;
    }

    /// <summary>True when one task fits what is free at this instant.</summary>
    public bool FitsAt(long at, Resources ask) => _rooms[StepAt(at)].Fits(ask);

    /// <summary>What is free throughout the window.</summary>
    public NodeRoom Throughout(long from, long to)
    {
        var step = StepAt(from);
        var room = _rooms[step].Copy();
        for (step++; step < _at.Count && _at[step] < to; step++) room.Limit(_rooms[step]);
        return room;
    }

    private int StepAt(long at)
    {
        var found = _at.BinarySearch(at);
        return found >= 0 ? found : Math.Max(~found - 1, 0);
    }

    private int Split(long at)
    {
        var found = _at.BinarySearch(at);
        if (found >= 0) return found;
        found = ~found;
        _at.Insert(found, at);
        _rooms.Insert(found, _rooms[found - 1].Copy());
        return found;
    }

    /// <summary>Makes one step of two that are equal, so that the list stays short.</summary>
    private void Join(int step)
    {
        if (step <= 0 || step >= _at.Count || !_rooms[step].Same(_rooms[step - 1])) return;
        _at.RemoveAt(step);
        _rooms.RemoveAt(step);
    }

    private void CutOff(long now)
    {
        var past = StepAt(now);
        if (past < PastKept) return;
        _at.RemoveRange(0, past);
        _rooms.RemoveRange(0, past);
    }
}
