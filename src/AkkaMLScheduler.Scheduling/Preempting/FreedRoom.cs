using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Preempting;

/// <summary>
/// Counts how many tasks of a head would fit if some allocations were gone. Tasks of a gang are equal, so it fits whole exactly when
/// the sum over nodes of how often one task goes into what is free reaches its size. Only the nodes touched are counted again.
/// </summary>
internal sealed class FreedRoom(ClusterState cluster, PendingJob head)
{
    private readonly Dictionary<NodeState, Resources> _free = [];
    private long _tasks = cluster.RoomNow(head.Shape);

    public bool IsEnough => _tasks >= head.Request.Tasks;

    /// <summary>True when the allocation holds anything on a node the head could use.</summary>
    public bool Helps(Allocation held)
    {
        foreach (var node in held.Nodes)
            if (node.Live && head.Shape.Matches(node))
                return true;
        return false;
    }

    public void Free(Allocation held)
    {
        foreach (var node in held.Nodes) Change(node, held.Request.PerTask);
    }

    public void Hold(Allocation held)
    {
        foreach (var node in held.Nodes) Change(node, Resources.None - held.Request.PerTask);
    }

    private void Change(NodeState node, Resources by)
    {
        if (!node.Live || !head.Shape.Matches(node)) return;
        var before = _free.TryGetValue(node, out var known) ? known : node.Free;
        var after = before + by;
        _free[node] = after;
        _tasks += after.Times(head.Shape.Ask, JobRequest.MaxTasks) - before.Times(head.Shape.Ask, JobRequest.MaxTasks);
    }
}
