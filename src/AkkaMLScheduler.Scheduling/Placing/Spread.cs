using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>The node on which the most is left, in the measure of <see cref="BestFit"/>; ties by node name.</summary>
internal sealed class Spread : INodeChoice
{
    public NodeState? Choose(ClusterState cluster, in TaskToPlace task, Func<NodeState, bool>? allowed) =>
        cluster.Nodes.Loosest(task.Shape, allowed);

    public double Cost(ClusterState cluster, NodeState node, NodeRoom room, in TaskToPlace task) => -cluster.Nodes.LeftOf(room);
}
