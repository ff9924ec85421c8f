using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>
/// Fragmentation gradient descent (Weng et al., USENIX ATC 2023): the node on which the task adds least to fragmentation, as
/// <see cref="FragmentationScore"/> counts it, measured against the typical tasks in force; ties by node name. A share is taken from the
/// device with which it adds least.
/// </summary>
internal sealed class Fgd : INodeChoice
{
    /// <summary>Kept scores take a few bytes for each node; with more shapes than this about, they start over.</summary>
    private const int MaxShapes = 512;

    private readonly Dictionary<TaskShape, FgdScores> _scores = [];
    private FragmentationMeasure? _measure;
    private int _generation;

    public NodeState? Choose(ClusterState cluster, in TaskToPlace task, Func<NodeState, bool>? allowed)
    {
        var (nodes, measure) = (cluster.Nodes, cluster.Typical.Measure);
        if (measure != _measure || nodes.Generation != _generation || _scores.Count >= MaxShapes) _scores.Clear();
        _measure = measure;
        _generation = nodes.Generation;
        if (!_scores.TryGetValue(task.Shape, out var scores)) _scores.Add(task.Shape, scores = new FgdScores(task.Shape, nodes, measure));
        return scores.Best(allowed);
    }

    public double Cost(ClusterState cluster, NodeState node, NodeRoom room, in TaskToPlace task) =>
        -FragmentationScore.Of(cluster.Typical.Measure.Change(room, task.Shape.Ask, out _));

    public int[] Devices(ClusterState cluster, NodeRoom room, Resources ask)
    {
        if (!ask.IsGpuShare) return room.Gpus.Choose(ask.MilliGpu);
        cluster.Typical.Measure.Change(room, ask, out var device);
        return GpuDevices.Only(device);
    }
}
