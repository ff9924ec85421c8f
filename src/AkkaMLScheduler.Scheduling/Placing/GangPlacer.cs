using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>Where the ranks of a gang go.</summary>
internal readonly record struct GangPlace(Placement[] Placements, NodeState[] Nodes);

/// <summary>
/// Places a gang: on one node if one holds it whole, else within one rack (the one with the least room that is enough), else anywhere.
/// An elastic gang that does not fit whole gets as many ranks as do, if those are enough.
/// </summary>
internal static class GangPlacer
{
    /// <summary>
    /// The places, taken from the pool; null when the gang does not fit, and then what was taken on the way must be given back.
    /// </summary>
    public static GangPlace? Place(INodePool pool, ClusterState cluster, PendingJob job, Func<NodeState, bool>? allowed)
    {
        var request = job.Request;
        var near = request.Tasks == 1 ? allowed : Near(pool, cluster, job, allowed);
        var placements = new Placement[request.Tasks];
        var nodes = new NodeState[request.Tasks];
        var placed = 0;
        for (; placed < placements.Length; placed++)
        {
            if (pool.Choose(new TaskToPlace(job.Shape, request, placed), near) is not { } node) break;
            var gpus = pool.Take(node, job.Shape.Ask);
            nodes[placed] = node;
            placements[placed] = new Placement(node.Name, node.Capacity.Incarnation, placed, gpus);
        }

        if (placed < request.FewestTasks) return null;
        return placed == placements.Length
            ? new GangPlace(placements, nodes)
            : new GangPlace(placements[..placed], nodes[..placed]);
    }

    /// <summary>Narrows the nodes to a single one, or to one rack, that holds the whole gang.</summary>
    private static Func<NodeState, bool>? Near(INodePool pool, ClusterState cluster, PendingJob job, Func<NodeState, bool>? allowed)
    {
        var (ask, tasks) = (job.Shape.Ask, job.Request.Tasks);
        var single = ask.IsGpuShare
            ? pool.Choose(new TaskToPlace(job.Shape, job.Request, 0), node => pool.RoomOf(node).Times(ask) >= tasks && (allowed is null || allowed(node)))
            : pool.Choose(new TaskToPlace(job.Shape.Asking(ask * tasks), job.Request, 0), allowed);
        if (single is not null) return node => node == single;
        if (cluster.Nodes.Racks.Count < 2) return allowed;
        string? tightest = null;
        var least = long.MaxValue;
        foreach (var (rack, there) in cluster.Nodes.Racks)
        {
            var room = 0L;
            foreach (var node in there)
                if (node.IsOpen && job.Shape.Matches(node) && (allowed is null || allowed(node)))
                    room += pool.RoomOf(node).Times(ask);
            if (room < tasks || room >= least) continue;
            least = room;
            tightest = rack;
        }

        return tightest is null ? allowed : node => node.Rack == tightest && (allowed is null || allowed(node));
    }
}
