using AkkaMLScheduler.Scheduling.Placing;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>
/// What is free from now on, by the estimates of what runs and the places held for those that wait. Finds the earliest hole for a gang:
/// an instant from which its nodes have room for it throughout its estimate.
/// </summary>
internal sealed class Timeline
{
    private readonly Cycle _cycle;
    private readonly long _now;
    private readonly Dictionary<NodeState, NodeTimeline> _nodes = [];
    private readonly List<long> _instants = [];
    private readonly List<Resources> _free = [];

    public Timeline(Cycle cycle)
    {
        _cycle = cycle;
        _now = cycle.Now.UtcTicks;
        _instants.Add(_now);
        _free.Add(cycle.Cluster.Nodes.Free);
        foreach (var held in cycle.Cluster.Allocations)
        {
            if (held.Vacated) continue;
            if (EndOf(held) is not { } end) continue;
            for (var rank = 0; rank < held.Nodes.Length; rank++)
                Change(held.Nodes[rank], end, NodeTimeline.Never, held.Request.PerTask, held.Placements[rank].Gpus, take: false);
        }
    }

    /// <summary>Takes the place held for the job into account.</summary>
    public void Hold(PendingJob job, long start, IReadOnlyList<Placement> placements, NodeState[] nodes) => Change(job, start, placements, nodes, take: true);

    /// <summary>Leaves the place held for the job out of account.</summary>
    public void Leave(PendingJob job) => Change(job, job.Reservation!.StartsAt.UtcTicks, job.Reservation.Placements, job.ReservedNodes, take: false);

    /// <summary>The earliest start before <paramref name="limit"/> and the place for it; null when there is none.</summary>
    public (long Start, GangPlace Place)? EarliestHole(PendingJob job, long limit)
    {
        var length = job.Request.Expected?.Ticks ?? NodeTimeline.Never;
        var need = job.Shape.Ask * job.Request.FewestTasks;
        for (var first = 0; first < _instants.Count && _instants[first] < limit;)
        {
            var start = _instants[first];
            var end = length >= NodeTimeline.Never - start ? NodeTimeline.Never : start + Math.Max(length, 1);
            var blocked = first;
            while (blocked < _instants.Count && _instants[blocked] < end && _free[blocked].Covers(need)) blocked++;
            if (blocked < _instants.Count && _instants[blocked] < end)
            {
                // Whatever starts before the blocked step runs into it.
                first = blocked + 1;
                continue;
            }

            if (Fit(job, start, end) is { } place) return (start, place);
            first++;
        }

        return null;
    }

    /// <summary>When its room comes back; null when nobody can tell.</summary>
    private long? EndOf(Allocation held)
    {
        var leaving = _cycle.Leaving.Contains(held);
        if (!leaving && held.PredictedEnd is null) return null;
        // What was asked to stop, or has run for longer than its estimate, may end at any moment, but has not.
        var soon = _now + TimeSpan.TicksPerSecond;
        return leaving || held.PredictedEnd!.Value.UtcTicks <= _now ? soon : held.PredictedEnd.Value.UtcTicks;
    }

    private GangPlace? Fit(PendingJob job, long start, long end)
    {
        var pool = new Window(this, start, end);
        var room = 0L;
        foreach (var node in pool.Matching(job.Shape))
        {
            room += pool.RoomOf(node).Times(job.Shape.Ask);
            if (room >= job.Request.FewestTasks) return GangPlacer.Place(pool, _cycle.Cluster, job, null);
        }

        return null;
    }

    private void Change(PendingJob job, long start, IReadOnlyList<Placement> placements, NodeState[] nodes, bool take)
    {
        var length = job.Request.Expected?.Ticks ?? NodeTimeline.Never;
        var end = length >= NodeTimeline.Never - start ? NodeTimeline.Never : start + Math.Max(length, 1);
        for (var rank = 0; rank < nodes.Length; rank++)
            Change(nodes[rank], start, end, job.Shape.Ask, placements[rank].Gpus, take);
    }

    private void Change(NodeState node, long from, long to, Resources ask, IReadOnlyList<int> gpus, bool take)
    {
        if (!node.Live || to <= _now) return;
        if (!_nodes.TryGetValue(node, out var timeline)) _nodes.Add(node, timeline = new NodeTimeline(node.Room, _now));
        timeline.Change(from, to, ask, gpus, take);
        var first = Split(Math.Max(from, _now));
        var end = to == NodeTimeline.Never ? _instants.Count : Split(to);
        for (var step = first; step < end; step++) _free[step] = take ? _free[step] - ask : _free[step] + ask;
    }

    private int Split(long at)
    {
        var found = _instants.BinarySearch(at);
        if (found >= 0) return found;
        found = ~found;
        _instants.Insert(found, at);
        _free.Insert(found, _free[found - 1]);
        return found;
    }

    /// <summary>The nodes with what is free on them throughout a stretch of time.</summary>
    private sealed class Window(Timeline timeline, long start, long end) : INodePool
    {
        private readonly Dictionary<NodeState, NodeRoom> _rooms = [];

        public IEnumerable<NodeState> Matching(TaskShape shape)
        {
            foreach (var node in timeline._cycle.Cluster.Nodes.All)
                if (node.IsOpen && shape.Matches(node))
                    yield return node;
        }

        public NodeRoom RoomOf(NodeState node)
        {
            if (_rooms.TryGetValue(node, out var room)) return room;
            room = timeline._nodes.TryGetValue(node, out var steps) ? steps.Throughout(start, end) : node.Room.Copy();
            _rooms.Add(node, room);
            return room;
        }

        public NodeState? Choose(in TaskToPlace task, Func<NodeState, bool>? allowed)
        {
            NodeState? best = null;
            var lowest = double.PositiveInfinity;
            foreach (var node in Matching(task.Shape))
            {
                if (allowed is not null && !allowed(node)) continue;
                var room = RoomOf(node);
                if (room.Fits(task.Shape.Ask))
                    Cheapest.Take(timeline._cycle.Placement.Cost(timeline._cycle.Cluster, node, room, task), node, ref lowest, ref best);
            }

            return best;
        }

        public int[] Take(NodeState node, Resources ask)
        {
            var room = RoomOf(node);
            var gpus = timeline._cycle.Placement.Devices(timeline._cycle.Cluster, room, ask);
            room.Take(ask, gpus);
            return gpus;
        }
    }
}
