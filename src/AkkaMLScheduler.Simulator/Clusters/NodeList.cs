using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>
/// Reads Alibaba's list of nodes, a CSV with the columns <c>sn,cpu_milli,memory_mib,gpu,model</c>. A node's GPU model is its label
/// <see cref="NodeCapacity.GpuModelLabel"/>. A list is right or refused: a cluster with some nodes left out would give figures of another cluster.
/// </summary>
public static class NodeList
{
    private const long BytesPerMebibyte = 1L << 20;

    private static readonly IReadOnlyList<string> Columns = ["sn", "cpu_milli", "memory_mib", "gpu", "model"];

    /// <summary>Reads the nodes of a file, in its order.</summary>
    /// <exception cref="ClusterUnreadableException">The file cannot be read, lacks a column, or has a wrong line; the message says which.</exception>
    public static IReadOnlyList<NodeCapacity> Read(string path)
    {
        try
        {
            using var text = File.OpenText(path);
            return Read(text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException
            or MissingColumnsException)
        {
            throw new ClusterUnreadableException($"The node list {path} cannot be read: {failure.Message.TrimEnd('.')}.", failure);
        }
        catch (ClusterUnreadableException wrong)
        {
            throw new ClusterUnreadableException($"The node list {path} cannot be used: {wrong.Message}", wrong);
        }
    }

    private static List<NodeCapacity> Read(TextReader text)
    {
        var nodes = new List<NodeCapacity>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var rows = new CsvRows(text, Columns);
        while (rows.Read())
        {
            if (nodes.Count == ClusterShape.MostNodes) throw new ClusterUnreadableException($"it has more than {ClusterShape.MostNodes:N0} nodes.");
            var node = Parse(rows);
            if (!names.Add(node.Node)) throw Wrong(rows, $"the node {node.Node} is there already");
            nodes.Add(node);
        }

        return nodes.Count > 0 ? nodes : throw new ClusterUnreadableException("it has no nodes.");
    }

    private static NodeCapacity Parse(CsvRows rows)
    {
        var milliCpu = Whole(rows, 1);
        var memory = Whole(rows, 2);
        var gpus = Whole(rows, 3);
        var model = rows.Text(4);
        var labels = model.IsEmpty
            ? NodeCapacity.NoLabels
            : new Dictionary<string, string>(StringComparer.Ordinal) { [NodeCapacity.GpuModelLabel] = model.ToString() };
        var capacity = new Resources(milliCpu, memory * BytesPerMebibyte, gpus * Resources.PerGpu);
        var node = new NodeCapacity(rows.Text(0).ToString(), "1", capacity, labels);
        return node.Problem() is { } problem ? throw Wrong(rows, problem) : node;
    }

    private static long Whole(CsvRows rows, int column)
    {
        if (rows.Number(column, out var value) is { } problem) throw Wrong(rows, problem);
        return value >= 0 && value == Math.Floor(value) ? (long)value : throw Wrong(rows, $"{Columns[column]} is {value}; it is a whole number from 0");
    }

    private static ClusterUnreadableException Wrong(CsvRows rows, string problem) => new($"line {rows.Line}: {problem}.");
}
