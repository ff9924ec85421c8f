using AkkaMLScheduler.Scheduling.Placing;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>
/// What is free on each node over time, by the estimates of what runs and the places held for those that wait. Finds the earliest hole
/// for a gang: an instant from which its nodes have room for it throughout its estimate.
/// </summary>
internal sealed class Timeline
{
    /// <summary>When more gains than this are known, all jobs are searched for anew.</summary>
    private const int GainsKept = 16_384;

    private readonly ClusterState _cluster;
    private readonly Dictionary<NodeState, NodeTimeline> _nodes = [];
    private readonly Dictionary<Allocation, long> _ends = [];

    /// <summary>Nodes on which room has come, in order, and the latest such gain of each.</summary>
    private readonly List<NodeState> _gains = [];
    private readonly Dictionary<NodeState, int> _latestGain = [];

    /// <summary>Jobs for which no hole before their promised start was found when there were so many gains.</summary>
    private readonly Dictionary<PendingJob, int> _searched = [];

    private readonly Totals _totals;
    private long _now;

    /// <summary>Reads all that runs, with what an open cycle has started, and all places held.</summary>
    public Timeline(ClusterState cluster, IEnumerable<Allocation> started, IEnumerable<PendingJob> reserved, DateTimeOffset now)
    {
        _cluster = cluster;
        _now = now.UtcTicks;
        _totals = new Totals(cluster.Nodes.Free, _now);
        foreach (var node in cluster.Nodes.All) _nodes.Add(node, new NodeTimeline(node.Room, _now));
        foreach (var held in cluster.Allocations.Concat(started))
        {
            if (held.Vacated) continue;
            var end = EndOf(held);
            _ends.Add(held, end);
            Change(held, end, NodeTimeline.Never, take: false);
        }

        foreach (var job in reserved) Hold(job, job.Reservation!, job.ReservedNodes);
    }

    /// <summary>Moves on in time. What runs for longer than was thought is thought to take twice as long, again and again.</summary>
    public void Advance(DateTimeOffset now)
    {
        _now = now.UtcTicks;
        _totals.Advance(_now);
        foreach (var held in _cluster.ByPrediction)
        {
            if (held.PredictedEnd > now) return;
            var (known, end) = (_ends[held], EndOf(held));
            if (known == end) continue;
            Change(held, known, end, take: true);
            _ends[held] = end;
        }
    }

    /// <summary>An attempt has started, on the place held for its job if there was one.</summary>
    public void Start(Allocation held, PendingJob job)
    {
        _now = held.StartedAt.UtcTicks;
        _ends.Add(held, EndOf(held));
        var isAsHeld = job.Reservation is { } promised && promised.StartsAt == held.StartedAt && Sequences.Same(promised.Placements, held.Placements);
        if (isAsHeld) return;
        if (job.Reservation is { } other) Leave(job, other, job.ReservedNodes);
        Change(held, held.StartedAt.UtcTicks, EndOf(held), take: true);
    }

    /// <summary>An attempt has ended.</summary>
    public void End(Allocation held, DateTimeOffset at)
    {
        if (_ends.Remove(held, out var end)) Change(held, at.UtcTicks, end, take: false);
    }

    public void Hold(PendingJob job, Reservation reservation, NodeState[] nodes) => Change(job, reservation, nodes, take: true);

    public void Leave(PendingJob job, Reservation reservation, NodeState[] nodes)
    {
        _searched.Remove(job);
        Change(job, reservation, nodes, take: false);
    }

    /// <summary>
    /// False when there is surely no hole before this job's promised start. It was searched for in vain once; since then holes can only
    /// have come where room has: what was taken closes them, and time that goes by opens none.
    /// </summary>
    public bool MayStartEarlier(PendingJob job)
    {
        if (!_searched.TryGetValue(job, out var seen)) return true;
        var (length, limit) = (LengthOf(job), job.Reservation!.StartsAt.UtcTicks);
        for (; seen < _gains.Count; seen++)
        {
            var node = _gains[seen];
            if (_latestGain[node] != seen || !IsUsable(node, job)) continue;
            if (job.Request.FewestTasks > 1 || Array.IndexOf(job.ReservedNodes, node) >= 0) return true;
            if (_nodes[node].EarliestHole(_now, length, job.Shape.Ask, limit) is not null) return true;
        }

        _searched[job] = seen;
        return false;
    }

    /// <summary>No hole before this job's promised start was found.</summary>
    public void SearchedInVain(PendingJob job) => _searched[job] = _gains.Count;

    /// <summary>The earliest start before <paramref name="limit"/> and the place for it; null when there is none.</summary>
    public (long Start, GangPlace Place)? EarliestHole(PendingJob job, INodeChoice placement, long limit)
    {
        var length = LengthOf(job);
        if (job.Request.FewestTasks == 1)
        {
            long? earliest = null;
            foreach (var (node, steps) in _nodes)
                if (IsUsable(node, job))
                    earliest = steps.EarliestHole(_now, length, job.Shape.Ask, earliest ?? limit) ?? earliest;
            return earliest is { } start ? (start, Fit(job, placement, start, EndAfter(start, length))!.Value) : null;
        }

        // A gang needs several nodes at once: where all together have room, look closer.
        var from = _now;
        while (_totals.EarliestHole(from, length, job.Shape.Ask * job.Request.FewestTasks, limit) is { } start)
        {
            if (Fit(job, placement, start, EndAfter(start, length)) is { } place) return (start, place);
            if (_totals.After(start) is not { } next) return null;
            from = next;
        }

        return null;
    }

    private static long LengthOf(PendingJob job) => job.Request.Expected is { } length ? Math.Max(length.Ticks, 1) : NodeTimeline.Never;

    private static long EndAfter(long start, long length) => length >= NodeTimeline.Never - start ? NodeTimeline.Never : start + length;

    private static bool IsUsable(NodeState node, PendingJob job) => node.IsOpen && job.Shape.Matches(node);

    /// <summary>When its room is thought to come back: at its predicted end, or when that has passed, after twice as long.</summary>
    private long EndOf(Allocation held)
    {
        if (held.PredictedEnd is not { } predicted) return NodeTimeline.Never;
        var end = predicted.UtcTicks;
        for (var length = Math.Max(end - held.StartedAt.UtcTicks, 1); end <= _now; length *= 2) end = EndAfter(end, length);
        return end;
    }

    private GangPlace? Fit(PendingJob job, INodeChoice placement, long start, long end)
    {
        var pool = new Window(this, placement, start, end);
        var room = 0L;
        foreach (var (node, steps) in _nodes)
        {
            if (!steps.FitsAt(start, job.Shape.Ask) || !IsUsable(node, job)) continue;
            room += pool.RoomOf(node).Times(job.Shape.Ask);
            if (room >= job.Request.FewestTasks) return GangPlacer.Place(pool, _cluster, job, null);
        }

        return null;
    }

    private void Change(PendingJob job, Reservation reservation, NodeState[] nodes, bool take)
    {
        var start = reservation.StartsAt.UtcTicks;
        Change(nodes, reservation.Placements, job.Shape.Ask, start, EndAfter(start, LengthOf(job)), take);
    }

    private void Change(Allocation held, long from, long to, bool take) =>
        Change(held.Nodes, held.Placements, held.Request.PerTask, from, to, take);

    private void Change(NodeState[] nodes, IReadOnlyList<Placement> placements, Resources ask, long from, long to, bool take)
    {
        if (from >= to) return;
        for (var rank = 0; rank < nodes.Length; rank++)
        {
            if (!_nodes.TryGetValue(nodes[rank], out var steps)) continue;
            steps.Change(_now, from, to, ask, placements[rank].Gpus, take);
            if (!take) Gain(nodes[rank]);
            _totals.Change(from, to, take ? Resources.None - ask : ask);
        }
    }

    private void Gain(NodeState node)
    {
        if (_gains.Count == GainsKept)
        {
            _gains.Clear();
            _latestGain.Clear();
            _searched.Clear();
        }

        _latestGain[node] = _gains.Count;
        _gains.Add(node);
    }

    /// <summary>The nodes with what is free on them throughout a stretch of time.</summary>
    private sealed class Window(Timeline timeline, INodeChoice placement, long start, long end) : INodePool
    {
        private readonly Dictionary<NodeState, NodeRoom> _rooms = [];

        public NodeRoom RoomOf(NodeState node)
        {
            if (!_rooms.TryGetValue(node, out var room)) _rooms.Add(node, room = timeline._nodes[node].Throughout(start, end));
            return room;
        }

        public NodeState? Choose(in TaskToPlace task, Func<NodeState, bool>? allowed)
        {
            NodeState? best = null;
            var lowest = double.PositiveInfinity;
            foreach (var (node, steps) in timeline._nodes)
            {
                // Most nodes are full where the stretch begins: no need to look at all of it.
                if (!node.IsOpen || !steps.FitsAt(start, task.Shape.Ask) || !task.Shape.Matches(node)) continue;
                if (allowed is not null && !allowed(node)) continue;
                var room = RoomOf(node);
                if (room.Fits(task.Shape.Ask))
                    Cheapest.Take(placement.Cost(timeline._cluster, node, room, task), node, ref lowest, ref best);
            }

            return best;
        }

        public int[] Take(NodeState node, Resources ask)
        {
            var room = RoomOf(node);
            var gpus = placement.Devices(timeline._cluster, room, ask);
            room.Take(ask, gpus);
            return gpus;
        }
    }
}
