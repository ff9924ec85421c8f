using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>Says which node one task gets. A gang's tasks are placed one by one, each seeing what those before it took.</summary>
internal interface INodeChoice
{
    /// <summary>A live node that fits one task of this shape; null only when none does.</summary>
    NodeState? Choose(ClusterState cluster, in TaskShape shape);
}
