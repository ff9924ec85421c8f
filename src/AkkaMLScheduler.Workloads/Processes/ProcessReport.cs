using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>What a process says of itself: one line of JSON on standard output that begins with <c>{"amls"</c>.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Metrics">Its metrics at that step.</param>
internal abstract partial record ProcessReport(long Step, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>How every such line begins.</summary>
    public static ReadOnlySpan<byte> Prefix => "{\"amls\""u8;

    /// <summary>More names than this are no metrics of one task, and every checkpoint stores them.</summary>
    private const int MostMetrics = 100;

    private const string Shapes =
        """{"amls": {"progress": {"step": 1, "total": 10, "metrics": {"loss": 0.5}}}} or {"amls": {"checkpoint": {"step": 1, "path": "FILE", "metrics": {}}}}""";

    /// <summary>Reads one line. Throws <see cref="FormatException"/> with what is wrong with it.</summary>
    public static ProcessReport Read(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);
        try
        {
            using var json = Parse(text);
            var amls = json.RootElement.GetProperty("amls");
            if (amls.TryGetProperty("progress", out var progress))
                return new Progress(Whole(progress, "step"), progress.TryGetProperty("total", out _) ? Whole(progress, "total") : 0, MetricsOf(progress));
            if (amls.TryGetProperty("checkpoint", out var checkpoint))
                return new Checkpoint(Whole(checkpoint, "step"), checkpoint.GetProperty("path").GetString() ?? "", MetricsOf(checkpoint));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Another shape, as below.
        }

        throw new FormatException($"it must be {Shapes}");
    }

    /// <summary>Python writes NaN and Infinity as bare words, which JSON does not know.</summary>
    private static JsonDocument Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException) when (text.Contains("NaN", StringComparison.Ordinal) || text.Contains("Infinity", StringComparison.Ordinal))
        {
            return JsonDocument.Parse(BareWord().Replace(text, "\"$0\""));
        }
    }

    private static long Whole(JsonElement parent, string name)
    {
        var number = parent.GetProperty(name).GetDouble();
        return number >= 0 && number < long.MaxValue && Math.Floor(number) == number
            ? (long)number
            : throw new FormatException($"'{name}' must be a whole number from 0, not {number}");
    }

    private static Dictionary<string, double> MetricsOf(JsonElement report)
    {
        var metrics = new Dictionary<string, double>();
        if (!report.TryGetProperty("metrics", out var given)) return metrics;
        foreach (var metric in given.EnumerateObject())
        {
            metrics[metric.Name] = metric.Value.ValueKind == JsonValueKind.String ? Named(metric) : metric.Value.GetDouble();
            if (metrics.Count > MostMetrics) throw new FormatException($"it has more than {MostMetrics} metrics");
        }

        return metrics;
    }

    private static double Named(JsonProperty metric) => metric.Value.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        var text => throw new FormatException($"metric '{metric.Name}' must be a number, not '{text}'"),
    };

    [GeneratedRegex(@"(?<=[:\[,]\s*)(NaN|-?Infinity)(?=\s*[,\]}])")]
    private static partial Regex BareWord();

    /// <param name="Total">Steps of the whole run; 0 when it is not known.</param>
    public sealed record Progress(long Step, long Total, IReadOnlyDictionary<string, double> Metrics) : ProcessReport(Step, Metrics);

    /// <param name="Path">The file, absolute or within the checkpoint folder.</param>
    public sealed record Checkpoint(long Step, string Path, IReadOnlyDictionary<string, double> Metrics) : ProcessReport(Step, Metrics);
}
