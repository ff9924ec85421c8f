using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>Nodes with room, as they are now or as they will be: what a gang is placed on.</summary>
internal interface INodePool
{
    NodeRoom RoomOf(NodeState node);

    /// <summary>The best node that fits the task and is allowed; null when there is none.</summary>
    NodeState? Choose(in TaskToPlace task, Func<NodeState, bool>? allowed);

    /// <summary>Takes the ask from the node, so that the next rank sees it, and says which devices it got.</summary>
    int[] Take(NodeState node, Resources ask);
}
