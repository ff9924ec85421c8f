using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>
/// The node on which the least is left: the sum, over CPU, memory and GPUs, of what would be free as a share of the cluster's largest
/// node; ties by node name. The task's own ask lowers every node's sum equally, so the nodes can be kept in this order beforehand.
/// </summary>
internal sealed class BestFit : INodeChoice
{
    public NodeState? Choose(ClusterState cluster, in TaskToPlace task, Func<NodeState, bool>? allowed) =>
        cluster.Nodes.Tightest(task.Shape, allowed);

    public double Cost(ClusterState cluster, NodeState node, NodeRoom room, in TaskToPlace task) => cluster.Nodes.LeftOf(room);
}
