using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>The nodes as they are. What is taken is remembered until it is kept, so that it can be given back.</summary>
internal sealed class LivePool(ClusterState cluster, INodeChoice choice) : INodePool
{
    private readonly List<(NodeState Node, Resources Ask, IReadOnlyList<int> Gpus)> _taken = [];

    public NodeRoom RoomOf(NodeState node) => node.Room;

    public NodeState? Choose(in TaskToPlace task, Func<NodeState, bool>? allowed) => choice.Choose(cluster, task, allowed);

    public int[] Take(NodeState node, Resources ask)
    {
        var gpus = choice.Devices(cluster, node.Room, ask);
        Take(node, ask, gpus);
        return gpus;
    }

    /// <summary>Takes the ask on exactly these devices.</summary>
    public void Take(NodeState node, Resources ask, IReadOnlyList<int> gpus)
    {
        cluster.Take(node, ask, gpus);
        _taken.Add((node, ask, gpus));
    }

    /// <summary>What was taken since is somebody's now; who that is gives it back.</summary>
    public void Keep() => _taken.Clear();

    /// <summary>Gives back what was taken and not kept.</summary>
    public void GiveBack()
    {
        foreach (var (node, ask, gpus) in _taken) cluster.Give(node, ask, gpus);
        _taken.Clear();
    }
}
