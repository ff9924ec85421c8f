using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Preempting;

/// <summary>
/// Counts how many tasks of a head would fit if some allocations were gone. Tasks of a gang are equal, so it fits whole exactly when
/// the sum over nodes of how often one task goes into what is free reaches its size. Only the nodes touched are counted again.
/// </summary>
internal sealed class FreedRoom(ClusterState cluster, PendingJob head)
{
    private readonly Dictionary<NodeState, NodeRoom> _rooms = [];
    private long _tasks = cluster.RoomNow(head.Shape);

    public bool IsEnough => _tasks >= head.Request.FewestTasks;

    /// <summary>True when the allocation holds anything on a node the head could use.</summary>
    public bool Helps(Allocation held)
    {
        foreach (var node in held.Nodes)
            if (IsUsable(node))
                return true;
        return false;
    }

    public void Free(Allocation held) => Change(held, give: true);

    public void Hold(Allocation held) => Change(held, give: false);

    private bool IsUsable(NodeState node) => node.Live && node.IsOpen && head.Shape.Matches(node);

    private void Change(Allocation held, bool give)
    {
        if (held.Vacated) return;
        var ask = held.Request.PerTask;
        for (var rank = 0; rank < held.Nodes.Length; rank++)
        {
            var node = held.Nodes[rank];
            if (!IsUsable(node)) continue;
            if (!_rooms.TryGetValue(node, out var room)) _rooms.Add(node, room = node.Room.Copy());
            _tasks -= room.Times(head.Shape.Ask);
            if (give)
                room.Give(ask, held.Placements[rank].Gpus);
            else
                room.Take(ask, held.Placements[rank].Gpus);
            _tasks += room.Times(head.Shape.Ask);
        }
    }
}
