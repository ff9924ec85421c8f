using System.Globalization;
using System.Net;
using System.Text.Json;

namespace AkkaMLScheduler.Simulator.Report;

/// <summary>The runs' figures as an HTML table: a row per figure, a column per run, the best of each row marked.</summary>
internal static class MetricsTable
{
    private enum Better
    {
        Neither,
        Less,
        More,
    }

    private sealed record Figure(string Name, string Title, string Unit, Better Better, double Scale = 1, bool Opens = false);

    /// <summary>Figures that the page knows, in the order of the rows; one it does not know comes last, under its own name.</summary>
    private static readonly Figure[] Known =
    [
        new("jobs", "Jobs that ran", "", Better.Neither),
        new("jobs_never_ran", "Jobs larger than the cluster", "", Better.Neither),
        new("malformed_lines", "Lines of the trace skipped", "", Better.Neither),
        new("utilisation", "Utilisation", "%", Better.More, 100, Opens: true),
        new("makespan_s", "Makespan", "s", Better.Less),
        new("wait_mean_s", "Wait, mean", "s", Better.Less, Opens: true),
        new("wait_p50_s", "Wait, median", "s", Better.Less),
        new("wait_p95_s", "Wait, 95th percentile", "s", Better.Less),
        new("wait_p99_s", "Wait, 99th percentile", "s", Better.Less),
        new("wait_max_s", "Wait, longest", "s", Better.Less),
        new("bsld_mean", "Bounded slowdown, mean", "×", Better.Less, Opens: true),
        new("bsld_p95", "Bounded slowdown, 95th percentile", "×", Better.Less),
        new("bsld_max", "Bounded slowdown, greatest", "×", Better.Less),
        new("jct_mean_s", "Submission to end, mean", "s", Better.Less, Opens: true),
        new("jct_p50_s", "Submission to end, median", "s", Better.Less),
        new("jct_p95_s", "Submission to end, 95th percentile", "s", Better.Less),
        new("jct_p99_s", "Submission to end, 99th percentile", "s", Better.Less),
        new("finish_time_fairness_mean", "Finish-time fairness, mean", "", Better.Less, Opens: true),
        new("finish_time_fairness_max", "Finish-time fairness, worst", "", Better.Less),
        new("finish_time_unfair", "Jobs treated unfairly", "%", Better.Less, 100),
        new("jain_index", "Jain's index over users", "", Better.More),
        new("preemptions", "Preemptions", "", Better.Less, Opens: true),
        new("lost_gpu_s", "Work lost to preemption", "size·s", Better.Less),
        new("fragmentation", "Fragmentation", "", Better.Less),
        new("allocation_rate", "Allocation rate", "%", Better.More, 100),
        new("gpu_allocation_percent", "GPUs allocated at the end of the load", "%", Better.More),
        new("pods_placed", "Pods placed", "", Better.More),
        new("pods_failed", "Pods that found no room", "", Better.Less),
        new("decisions_per_s", "Decisions of the simulator", "1/s", Better.More, Opens: true),
        new("cycle_p99_ms", "Scheduling pass, 99th percentile", "ms", Better.Less),
        new("wall_s", "Time the replay took", "s", Better.Less),
    ];

    private static readonly string[] SilentWhenZero =
        ["jobs_never_ran", "malformed_lines", "preemptions", "lost_gpu_s", "fragmentation", "pods_failed"];

    public static void Write(TextWriter html, IReadOnlyList<ReportRun> runs)
    {
        var columns = runs.Select(run => FiguresOf(run.Result.Metrics)).ToArray();
        var names = columns.SelectMany(column => column.Keys).Distinct(StringComparer.Ordinal).ToArray();
        html.Write("<table>\n<thead><tr><th scope=\"col\">Figure</th><th scope=\"col\" class=\"unit\">Unit</th>");
        foreach (var (index, run) in runs.Index())
            html.Write($"<th scope=\"col\"><span class=\"swatch run{index % 8}\"></span>{WebUtility.HtmlEncode(run.Label)}</th>");
        html.Write("</tr></thead>\n<tbody>\n");
        foreach (var figure in Known.Where(figure => names.Contains(figure.Name))
            .Concat(names.Except(Known.Select(figure => figure.Name)).Select(name => new Figure(name, name, "", Better.Neither))))
            WriteRow(html, figure, [.. columns.Select(column => column.TryGetValue(figure.Name, out var value) ? value : (double?)null)]);
        html.Write("</tbody>\n</table>\n");
    }

    private static void WriteRow(TextWriter html, Figure figure, double?[] values)
    {
        // Nothing to say: no run has this figure, or it counts what went wrong and nothing did.
        if (values.All(value => value is null) || (SilentWhenZero.Contains(figure.Name) && values.All(value => value is 0))) return;
        var best = BestOf(figure.Better, values);
        var format = FormatOf([.. values.OfType<double>().Select(value => value * figure.Scale)]);
        html.Write(figure.Opens ? "<tr class=\"group\">" : "<tr>");
        html.Write($"<th scope=\"row\">{WebUtility.HtmlEncode(figure.Title)}</th><td class=\"unit\">{figure.Unit}</td>");
        // By what is shown: two that look alike are alike, and where all do, there is no best.
        var choice = best is not null && values.Select(Text).Distinct(StringComparer.Ordinal).Count() > 1;
        foreach (var value in values)
        {
            var mark = choice && Text(value) == Text(best) ? " class=\"best\"" : "";
            // The whole figure for who wants to compare it with others' to the last digit.
            var whole = value is null ? "" : $" title=\"{(value.Value * figure.Scale).ToString("R", CultureInfo.InvariantCulture)}\"";
            html.Write($"<td{mark}{whole}>{Text(value)}<small>{Spoken(figure, value)}</small></td>");
        }

        html.Write("</tr>\n");

        string Text(double? value) => value is null ? "–" : (value.Value * figure.Scale).ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Null when there is nothing to choose: one run, or all alike.</summary>
    private static double? BestOf(Better better, double?[] values)
    {
        if (better == Better.Neither || values.Distinct().Count() < 2) return null;
        return better == Better.Less ? values.Min() : values.Max();
    }

    private static Dictionary<string, double> FiguresOf(SimulationMetrics metrics) => JsonSerializer.SerializeToElement(metrics)
        .EnumerateObject()
        .Where(property => property.Value.ValueKind == JsonValueKind.Number)
        .ToDictionary(property => property.Name, property => property.Value.GetDouble(), StringComparer.Ordinal);

    /// <summary>The same digits after the point along a row, so that the eye can compare; about five that count.</summary>
    private static string FormatOf(double[] values)
    {
        var largest = values.Max(Math.Abs);
        if (values.All(double.IsInteger) || largest >= 100_000) return "#,##0";
        return largest >= 1_000 ? "#,##0.0" : largest >= 10 ? "#,##0.00" : "0.0000";
    }

    /// <summary>A long time in the unit that people would say it in.</summary>
    private static string Spoken(Figure figure, double? value)
    {
        if (figure.Unit != "s" || value is not >= 120) return "";
        var span = TimeSpan.FromSeconds(value.Value);
        var (number, unit) = span.TotalHours < 2 ? (span.TotalMinutes, "min")
            : span.TotalDays < 2 ? (span.TotalHours, "h")
            : (span.TotalDays, "d");
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(number, number < 100 ? 1 : 0)} {unit}");
    }
}
