using System.Globalization;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Testing.Packing;

/// <summary>The nodes and pods of Alibaba's GPU cluster of 2023 (the data of Weng et al., USENIX ATC 2023), without memory.</summary>
/// <param name="Nodes">By name.</param>
/// <param name="Pods">What each asks for, in the order of the file.</param>
public sealed record PackingTrace(IReadOnlyList<NodeCapacity> Nodes, IReadOnlyList<Resources> Pods)
{
    public long MilliGpu => Nodes.Sum(node => node.Capacity.MilliGpu);

    /// <summary>The distinct asks with their frequencies.</summary>
    public IReadOnlyList<TypicalTask> Typical =>
        [.. Pods.GroupBy(ask => ask).Select(same => new TypicalTask(same.Key, (double)same.Count() / Pods.Count))];

    /// <param name="nodes">CSV with <c>sn,cpu_milli,memory_mib,gpu,model</c>.</param>
    /// <param name="pods">CSV with <c>name,cpu_milli,memory_mib,num_gpu,gpu_milli</c> and more.</param>
    public static PackingTrace Read(string nodes, string pods) => new(
        [.. Rows(nodes).Select(row => new NodeCapacity(
            row[0], "1", new Resources(Number(row[1]), 0, Number(row[3]) * Resources.PerGpu), NodeCapacity.NoLabels))],
        [.. Rows(pods).Select(row => new Resources(Number(row[1]), 0, Number(row[3]) * Number(row[4])))]);

    private static IEnumerable<string[]> Rows(string path) => File.ReadLines(path).Skip(1).Select(line => line.Split(','));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
