using System.Globalization;
using System.Text.Json;
using AkkaMLScheduler.Simulator;
using Spectre.Console;

namespace AkkaMLScheduler.Cli.Rendering;

/// <summary>The figures of one or several runs, a row per figure; with several, the best of a row is marked.</summary>
internal static class MetricsTable
{
    private static readonly HashSet<string> MoreIsBetter = new(StringComparer.Ordinal)
    {
        "utilisation", "allocation_rate", "jain_index", "decisions_per_s", "gpu_allocation_percent", "pods_placed",
    };

    /// <summary>What was put in rather than achieved.</summary>
    private static readonly HashSet<string> NeitherIsBetter = new(StringComparer.Ordinal) { "jobs", "malformed_lines" };

    public static Table Of(string title, IReadOnlyList<(string Name, SimulationMetrics Metrics)> runs)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title)).AddColumn("Figure");
        foreach (var (name, _) in runs) table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        var figures = runs.Select(run => Figures(run.Metrics)).ToList();
        foreach (var name in figures[0].Keys)
        {
            var values = figures.Select(run => run[name]).ToList();
            var best = Best(name, values);
            table.AddRow([name, .. values.Select(value => Cell(value, value == best))]);
        }

        return table;
    }

    private static Dictionary<string, double> Figures(SimulationMetrics metrics) =>
        JsonSerializer.SerializeToElement(metrics, SimulationJson.Default.SimulationMetrics).EnumerateObject()
            .ToDictionary(figure => figure.Name, figure => figure.Value.GetDouble());

    /// <summary>Null when there is nothing to choose.</summary>
    private static double? Best(string name, List<double> values) =>
        NeitherIsBetter.Contains(name) || values.Distinct().Count() == 1 ? null : MoreIsBetter.Contains(name) ? values.Max() : values.Min();

    private static string Cell(double value, bool best)
    {
        var text = value.ToString("#,##0.###", CultureInfo.InvariantCulture);
        return best ? $"[green]★ {text}[/]" : text;
    }
}
