using System.Globalization;
using System.Text.RegularExpressions;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>
/// A cluster in one line: groups of equal nodes joined with <c>+</c>, each <c>COUNTxITEM,ITEM…</c> with the items <c>8gpu</c>,
/// <c>96cpu</c> (cores), <c>768GiB</c> (or MiB, TiB) and <c>rack16</c> (so many nodes to a rack), in any order; what is left out is 0.
/// Examples: <c>64x8gpu,96cpu,768GiB,rack16</c>; <c>321x2gpu,24cpu,128GiB+231x8gpu,48cpu,512GiB</c>.
/// </summary>
public static partial class ClusterShape
{
    public const string Example = "64x8gpu,96cpu,768GiB";

    /// <summary>More nodes than any one scheduler has been shown with; a larger figure is a slip of the keyboard.</summary>
    public const int MostNodes = 100_000;

    /// <summary>An exbibyte.</summary>
    private const long MostMemoryBytes = 1L << 60;

    private const int MostCores = 1_000_000;

    /// <summary>The nodes, named <c>node-1</c>… with as many digits as the last one needs, so that their order by name is this one.</summary>
    /// <exception cref="ClusterUnreadableException">The line is wrong; the message quotes the part and shows one that is right.</exception>
    public static IReadOnlyList<NodeCapacity> Parse(string line)
    {
        var groups = line.Split('+').Select(group => ParseGroup(group.Trim(), line)).ToList();
        var count = groups.Sum(group => (long)group.Nodes);
        if (count > MostNodes) throw new ClusterUnreadableException($"The cluster \"{line}\" has {count} nodes; at most {MostNodes} are possible.");
        var nodes = new List<NodeCapacity>((int)count);
        var digits = $"D{count.ToString(CultureInfo.InvariantCulture).Length}";
        var racks = 0;
        foreach (var group in groups)
        {
            var labels = NodeCapacity.NoLabels;
            for (var i = 0; i < group.Nodes; i++)
            {
                if (group.NodesPerRack > 0 && i % group.NodesPerRack == 0)
                    labels = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        [NodeCapacity.RackLabel] = $"rack-{(++racks).ToString(digits, CultureInfo.InvariantCulture)}",
                    };
                var name = $"node-{(nodes.Count + 1).ToString(digits, CultureInfo.InvariantCulture)}";
                nodes.Add(new NodeCapacity(name, "1", group.PerNode, labels));
            }
        }

        return nodes;
    }

    private static (int Nodes, Resources PerNode, int NodesPerRack) ParseGroup(string group, string line)
    {
        var match = GroupPattern().Match(group);
        if (!match.Success || !int.TryParse(match.Groups["nodes"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var nodes) || nodes < 1)
            throw Wrong(line, group, "a group is a count of nodes, x, and what each has");
        long? cpu = null, gpus = null, memory = null, rack = null;
        foreach (var item in match.Groups["items"].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = ItemPattern().Match(item);
            if (!parts.Success) throw Wrong(line, item, "what a node has is said as 8gpu, 96cpu, 768GiB or rack16");
            if (parts.Groups["rack"].Success) Set(ref rack, parts.Groups["rack"].ValueSpan, 1, MostNodes, item, line);
            else if (parts.Groups["gpu"].Success) Set(ref gpus, parts.Groups["gpu"].ValueSpan, 0, NodeCapacity.MaxGpus, item, line);
            else if (parts.Groups["cpu"].Success) Set(ref cpu, parts.Groups["cpu"].ValueSpan, 0, MostCores, item, line);
            else
            {
                var unit = 1L << char.ToUpperInvariant(parts.Groups["unit"].ValueSpan[0]) switch { 'M' => 20, 'G' => 30, _ => 40 };
                Set(ref memory, parts.Groups["memory"].ValueSpan, 0, MostMemoryBytes / unit, item, line);
                memory *= unit;
            }
        }

        if ((cpu ?? 0) == 0 && (gpus ?? 0) == 0) throw Wrong(line, group, "a node has at least one core or GPU");
        var perNode = new Resources((cpu ?? 0) * TraceJob.MilliCpuPerProcessor, memory ?? 0, (gpus ?? 0) * Resources.PerGpu);
        return (nodes, perNode, (int)(rack ?? 0));
    }

    private static void Set(ref long? amount, ReadOnlySpan<char> digits, long least, long most, string item, string line)
    {
        if (amount is not null) throw Wrong(line, item, "that was said already in this group");
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < least || value > most)
            throw Wrong(line, item, $"it is from {least} to {most}");
        amount = value;
    }

    private static ClusterUnreadableException Wrong(string line, string part, string why) =>
        new($"The cluster \"{line}\" is not understood at \"{part}\": {why}. A right one is \"{Example}\".");

    [GeneratedRegex(@"^(?<nodes>[0-9]+)\s*x\s*(?<items>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex GroupPattern();

    [GeneratedRegex(@"^(?:rack(?<rack>[0-9]+)|(?<gpu>[0-9]+)\s*gpus?|(?<cpu>[0-9]+)\s*cpus?|(?<memory>[0-9]+)\s*(?<unit>[MGT])iB)$", RegexOptions.IgnoreCase)]
    private static partial Regex ItemPattern();
}
