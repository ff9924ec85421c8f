using AkkaMLScheduler.Scheduling.Placing;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>
/// When the head fits by the estimates of what runs, and what each node has free then. Tasks of a gang are equal, so it fits when the
/// sum over nodes of how often one task goes into what is free reaches its size.
/// </summary>
internal sealed class Shadow
{
    private readonly Dictionary<NodeState, NodeRoom> _rooms = [];
    private long _tasks;

    public Shadow(Cycle cycle, PendingJob head)
    {
        Head = head;
        _tasks = cycle.Cluster.RoomNow(head.Shape);
        At = cycle.Now;
        // Those asked to stop may end at any moment.
        foreach (var leaving in cycle.Leaving) Free(leaving);
        if (IsEnough) return;
        using var ends = Ends(cycle).GetEnumerator();
        var more = ends.MoveNext();
        while (more && !IsEnough)
        {
            var instant = ends.Current.PredictedEnd!.Value;
            // What has run for longer than its estimate may end at any moment, too.
            At = instant > cycle.Now ? instant : cycle.Now;
            for (; more && ends.Current.PredictedEnd == instant; more = ends.MoveNext()) Free(ends.Current);
        }

        if (IsEnough) return;
        At = DateTimeOffset.MaxValue;
        foreach (var held in cycle.Cluster.Allocations.Concat(cycle.Started))
            if (held is { PredictedEnd: null, Vacated: false } && !cycle.Leaving.Contains(held))
                Free(held);
    }

    public PendingJob Head { get; }

    /// <summary>The head's shadow time; the end of time when it waits for something without an estimate.</summary>
    public DateTimeOffset At { get; private set; }

    public bool IsKnown => At < DateTimeOffset.MaxValue;

    private bool IsEnough => _tasks >= Head.Request.FewestTasks;

    /// <summary>
    /// True when the head still fits at its shadow time with this place, already taken, used until then or, when not short, beyond it.
    /// Then it counts as used; otherwise nothing changes.
    /// </summary>
    public bool Allows(PendingJob job, GangPlace place, bool isShort)
    {
        var ask = job.Shape.Ask;
        for (var rank = 0; rank < place.Nodes.Length; rank++)
            if (!_rooms.ContainsKey(place.Nodes[rank]) && Head.Shape.Matches(place.Nodes[rank]))
                _rooms.Add(place.Nodes[rank], Before(place, ask, place.Nodes[rank]));
        if (isShort) return true;
        for (var rank = 0; rank < place.Nodes.Length; rank++) Change(place, rank, ask, take: true);
        if (IsEnough) return true;
        for (var rank = 0; rank < place.Nodes.Length; rank++) Change(place, rank, ask, take: false);
        return false;
    }

    /// <summary>Nodes on which one task of the job takes nothing from the head.</summary>
    public Func<NodeState, bool> IsHarmless(PendingJob job)
    {
        var (ask, needed) = (job.Shape.Ask, Head.Shape.Ask);
        return node =>
        {
            if (!Head.Shape.Matches(node)) return true;
            var room = (_rooms.TryGetValue(node, out var known) ? known : node.Room).Copy();
            if (!room.Fits(ask)) return false;
            var before = room.Times(needed);
            room.Take(ask);
            return room.Times(needed) == before;
        };
    }

    /// <summary>What runs or starts in this cycle and has an estimate, by its end.</summary>
    private static IEnumerable<Allocation> Ends(Cycle cycle)
    {
        var started = cycle.Started.Where(one => one.PredictedEnd is not null).OrderBy(one => one.PredictedEnd).ToList();
        var next = 0;
        foreach (var held in cycle.Cluster.ByPrediction)
        {
            if (cycle.Leaving.Contains(held)) continue;
            while (next < started.Count && started[next].PredictedEnd <= held.PredictedEnd) yield return started[next++];
            yield return held;
        }

        while (next < started.Count) yield return started[next++];
    }

    /// <summary>The node's room as it was before the place was taken on it.</summary>
    private static NodeRoom Before(GangPlace place, Resources ask, NodeState node)
    {
        var room = node.Room.Copy();
        for (var rank = 0; rank < place.Nodes.Length; rank++)
            if (place.Nodes[rank] == node)
                room.Give(ask, place.Placements[rank].Gpus);
        return room;
    }

    private void Free(Allocation held)
    {
        if (held.Vacated) return;
        for (var rank = 0; rank < held.Nodes.Length; rank++)
        {
            var node = held.Nodes[rank];
            if (!node.Live || !node.IsOpen || !Head.Shape.Matches(node)) continue;
            if (!_rooms.TryGetValue(node, out var room)) _rooms.Add(node, room = node.Room.Copy());
            _tasks -= room.Times(Head.Shape.Ask);
            room.Give(held.Request.PerTask, held.Placements[rank].Gpus);
            _tasks += room.Times(Head.Shape.Ask);
        }
    }

    private void Change(GangPlace place, int rank, Resources ask, bool take)
    {
        if (!_rooms.TryGetValue(place.Nodes[rank], out var room)) return;
        _tasks -= room.Times(Head.Shape.Ask);
        if (take)
            room.Take(ask, place.Placements[rank].Gpus);
        else
            room.Give(ask, place.Placements[rank].Gpus);
        _tasks += room.Times(Head.Shape.Ask);
    }
}
