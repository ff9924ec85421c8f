using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>What is free on one node from now on, as steps. Times are UTC ticks.</summary>
internal sealed class NodeTimeline
{
    /// <summary>The end of time.</summary>
    public const long Never = long.MaxValue;

    private readonly List<long> _at;
    private readonly List<NodeRoom> _rooms;

    public NodeTimeline(NodeRoom room, long now)
    {
        _at = [now];
        _rooms = [room.Copy()];
    }

    public int Count => _at.Count;

    /// <summary>When a step begins; it lasts until the next begins, the last one for ever.</summary>
    public long StartOf(int step) => _at[step];

    public NodeRoom RoomOf(int step) => _rooms[step];

    /// <summary>The step that holds at this instant, which is not before now.</summary>
    public int StepAt(long at)
    {
        var found = _at.BinarySearch(at);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Takes from (or gives back to) all steps between the instants.</summary>
    public void Change(long from, long to, Resources ask, IReadOnlyList<int> gpus, bool take)
    {
        if (to <= _at[0]) return;
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

    /// <summary>What is free throughout the window.</summary>
    public NodeRoom Throughout(long from, long to)
    {
        var step = StepAt(from);
        var room = _rooms[step].Copy();
        for (step++; step < _at.Count && _at[step] < to; step++) room.Limit(_rooms[step]);
        return room;
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
}
