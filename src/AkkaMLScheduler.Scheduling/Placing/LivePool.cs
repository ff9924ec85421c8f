using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>The nodes as they are. What is taken is remembered, so that it can be given back.</summary>
internal sealed class LivePool(ClusterState cluster, INodeChoice choice) : INodePool
{
    private readonly List<(NodeState Node, Resources Ask, int[] Gpus)> _taken = [];

    /// <summary>What was taken so far; give back down to an earlier mark to undo what came after it.</summary>
    public int Mark => _taken.Count;

    public IEnumerable<NodeState> Matching(TaskShape shape) => cluster.Nodes.All.Where(node => node.IsOpen && shape.Matches(node));

    public NodeRoom RoomOf(NodeState node) => node.Room;

    public NodeState? Choose(in TaskToPlace task, Func<NodeState, bool>? allowed) => choice.Choose(cluster, task, allowed);

    public int[] Take(NodeState node, Resources ask)
    {
        var gpus = choice.Devices(cluster, node.Room, ask);
        Take(node, ask, gpus);
        return gpus;
    }

    /// <summary>Takes the ask on exactly these devices.</summary>
    public void Take(NodeState node, Resources ask, int[] gpus)
    {
        cluster.Take(node, ask, gpus);
        _taken.Add((node, ask, gpus));
    }

    public void GiveBack(int mark)
    {
        for (var i = _taken.Count - 1; i >= mark; i--) cluster.Give(_taken[i].Node, _taken[i].Ask, _taken[i].Gpus);
        _taken.RemoveRange(mark, _taken.Count - mark);
    }
}
