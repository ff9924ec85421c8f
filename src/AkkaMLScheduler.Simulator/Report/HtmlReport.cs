using System.Globalization;
using System.Net;

namespace AkkaMLScheduler.Simulator.Report;

/// <summary>Writes simulated runs as one page that needs nothing else: no server, no network, no other file.</summary>
public static class HtmlReport
{
    /// <summary>More would make the page slow to open; the plots over time hold every job of any trace.</summary>
    public const int MaxGanttBars = 100_000;

    private static readonly string[] Scripts = ["format.js", "plot.js", "charts.js", "gantt.js", "page.js"];

    /// <summary>
    /// Compares one or many runs on the same cluster: figures, utilisation and queue over time, distributions of wait and bounded
    /// slowdown, wait by job size, shares by user, and a Gantt of the first <see cref="MaxGanttBars"/> starts. The same input gives the
    /// same page.
    /// </summary>
    /// <param name="html">Where to; written as UTF-8 text.</param>
    /// <param name="title">What was simulated, usually the trace's name; any text.</param>
    /// <param name="cluster">What the runs had in common.</param>
    /// <param name="runs">At least one, in the order of the columns.</param>
    /// <exception cref="ArgumentException">There are no runs.</exception>
    public static void Write(TextWriter html, string title, SimulatedCluster cluster, IReadOnlyList<ReportRun> runs)
    {
        if (runs.Count == 0) throw new ArgumentException("A report needs at least one run.", nameof(runs));
        var data = new ReportData(cluster, runs, MaxGanttBars);
        var name = WebUtility.HtmlEncode(title);
        html.Write($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{name}</title>
            <style>
            {Resource("report.css")}
            </style>
            </head>
            <body>
            <header>
            <p class="kicker">Scheduling, simulated</p>
            <h1>{name}</h1>
            <p class="lead">{WebUtility.HtmlEncode(Summary(data, cluster, runs))}</p>
            </header>
            <main>
            <section class="figures">

            """);
        MetricsTable.Write(html, runs);
        if (runs.Count > 1) html.Write("<p class=\"note\"><b class=\"best\">Marked</b>: the best run of the row.</p>\n");
        html.Write("</section>\n</main>\n");
        html.Write("<noscript><p class=\"note\">The plots are drawn by a script; this browser runs none.</p></noscript>\n");
        html.Write($"<script type=\"application/json\" id=\"data\">{data.ToJson()}</script>\n<script type=\"module\">\n");
        foreach (var script in Scripts) html.Write(Resource(script));
        html.Write("</script>\n</body>\n</html>\n");
    }

    private static string Summary(ReportData data, SimulatedCluster cluster, IReadOnlyList<ReportRun> runs)
    {
        var jobs = runs.Max(run => run.Result.Metrics.Jobs + run.Result.Metrics.JobsNeverRan);
        var machine = cluster.Nodes.Count == 1
            ? $"a machine of {Count(cluster.Size)} {data.Unit}"
            : $"{Count(cluster.Nodes.Count)} nodes with {Count(cluster.Size)} {data.Unit}";
        var users = data.UserCount > 1 ? $" of {Count(data.UserCount)} users" : "";
        var days = string.Create(CultureInfo.InvariantCulture, $"{data.Span.TotalDays:#,##0.#} days");
        var way = runs.Count == 1 ? "replayed" : $"replayed {Count(runs.Count)} ways";
        return $"{Count(jobs)} jobs{users}, {way} on {machine}. {days} from the first submission to the last end.";
    }

    private static string Count(long number) => number.ToString("#,##0", CultureInfo.InvariantCulture);

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly was built without {name}.");
        using var text = new StreamReader(stream);
        return text.ReadToEnd();
    }
}
