using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>The plain way to the cheapest node: ask each for its cost.</summary>
internal static class Cheapest
{
    public static NodeState? Of(INodeChoice choice, ClusterState cluster, in TaskToPlace task, Func<NodeState, bool>? allowed)
    {
        NodeState? best = null;
        var lowest = double.PositiveInfinity;
        foreach (var node in cluster.Nodes.All)
        {
            if (!node.IsOpen || !node.Room.Fits(task.Shape.Ask) || !task.Shape.Matches(node)) continue;
            if (allowed is not null && !allowed(node)) continue;
            Take(choice.Cost(cluster, node, node.Room, task), node, ref lowest, ref best);
        }

        return best;
    }

    /// <summary>Keeps the cheaper of two, or of equally cheap ones that with the smaller name.</summary>
    public static void Take(double cost, NodeState node, ref double lowest, ref NodeState? best)
    {
        if (cost > lowest || (cost == lowest && best is not null && string.CompareOrdinal(node.Name, best.Name) >= 0)) return;
        lowest = cost;
        best = node;
    }
}
