using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator.Report;

/// <summary>The rows of the Gantt that are one node's, one for each processor or GPU.</summary>
/// <param name="Node">Its name.</param>
/// <param name="First">The first row, from 0 over the whole cluster.</param>
/// <param name="Rows">How many.</param>
internal sealed record NodeBand(string Node, long First, long Rows)
{
    /// <summary>One band per node that has any of what the trace counts, in the cluster's order, without gaps.</summary>
    public static IReadOnlyList<NodeBand> Of(SimulatedCluster cluster)
    {
        if (cluster.Nodes.Count == 1) return [new NodeBand(cluster.Nodes[0].Node, 0, cluster.Size)];
        var bands = new List<NodeBand>();
        var first = 0L;
        foreach (var node in cluster.Nodes)
        {
            var rows = CountsGpus(cluster) ? Gpus(node) : Processors(node);
            if (rows == 0) continue;
            bands.Add(new NodeBand(node.Node, first, rows));
            first += rows;
        }

        return bands;
    }

    /// <summary>Whether the trace counts GPUs: the cluster's size is the number of its GPUs.</summary>
    public static bool CountsGpus(SimulatedCluster cluster) => cluster.Size > 0 && cluster.Nodes.Sum(Gpus) == cluster.Size;

    private static long Gpus(NodeCapacity node) => node.Capacity.GpuDevices;

    private static long Processors(NodeCapacity node) => node.Capacity.MilliCpu / TraceJob.MilliCpuPerProcessor;
}
