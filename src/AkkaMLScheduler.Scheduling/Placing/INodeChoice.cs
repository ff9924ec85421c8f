using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>One rank that wants a node.</summary>
internal readonly record struct TaskToPlace(TaskShape Shape, JobRequest Request, int Rank);

/// <summary>Says which node one task gets. A gang's tasks are placed one by one, each seeing what those before it took.</summary>
internal interface INodeChoice
{
    /// <summary>
    /// An open node that fits one task of this shape now and is <paramref name="allowed"/>; null only when there is none. Must agree
    /// with <see cref="Cost"/>: the cheapest, then the smallest name.
    /// </summary>
    NodeState? Choose(ClusterState cluster, in TaskToPlace task, Func<NodeState, bool>? allowed) =>
        Cheapest.Of(this, cluster, task, allowed);

    /// <summary>How bad the node would be for this task with so much room, now or later; the lowest is taken.</summary>
    double Cost(ClusterState cluster, NodeState node, NodeRoom room, in TaskToPlace task);

    /// <summary>Which of the node's devices the task gets.</summary>
    int[] Devices(ClusterState cluster, NodeRoom room, Resources ask) => room.Gpus.Choose(ask.MilliGpu);
}
