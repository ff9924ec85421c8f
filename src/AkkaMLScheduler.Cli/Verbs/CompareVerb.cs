using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Simulator;
using AkkaMLScheduler.Simulator.Report;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Replays a trace under several policies, one after another, and sets their figures side by side.</summary>
public static class CompareVerb
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var replayed = new ReplayOptions();
        var policies = new Option<string>("--policies")
        {
            Description = $"Policies as {PolicyNames.Form}, separated by commas: \"fifo+none,fifo+easy\".",
            Required = true,
        };
        var html = new Option<string?>("--html") { Description = "HTML file for the plots of all policies: one page that needs nothing else." };
        var output = new Option<OutputFormat>("--output", "-o") { Description = "table, or json: an array with one object per policy." };
        var compare = new Command("compare", "Replays a trace under several policies and compares how long jobs would have waited.");
        replayed.AddTo(compare);
        foreach (var option in new Option[] { policies, html, output }) compare.Options.Add(option);
        compare.SetAction(async (parse, ct) =>
        {
            var list = PolicyNames.ParseList(parse.GetValue(policies)!);
            var replay = replayed.Read(parse);
            using var page = OutputFile.Open("--html", parse.GetValue(html));
            var runs = new List<(string Name, SimulationResult Result)>();
            foreach (var (name, policy) in list)
                runs.Add((name, await ReplayProgress.ShowAsync(name, replay.Trace.Jobs.Count, progress => replay.Run(policy, progress, ct))));
            if (page is not null) HtmlReport.Write(page, replay.Title, replay.Cluster, [.. runs.Select(run => new ReportRun(run.Name, run.Result))]);
            Write(parse.GetValue(output), [.. runs.Select(run => (run.Name, run.Result.Metrics))]);
            return ExitCodes.Success;
        });
        return compare;
    }

    private static void Write(OutputFormat format, IReadOnlyList<(string Name, SimulationMetrics Metrics)> runs)
    {
        if (format == OutputFormat.Table)
            Tables.Console.Write(MetricsTable.Of("★ is the best of its row", runs));
        else
            Console.WriteLine(new JsonArray([.. runs.Select(run => Json(run.Name, run.Metrics))]).ToJsonString(Indented));
    }

    private static JsonObject Json(string policy, SimulationMetrics metrics)
    {
        var json = JsonSerializer.SerializeToNode(metrics, SimulationJson.Default.SimulationMetrics)!.AsObject();
        json.Insert(0, "policy", policy);
        return json;
    }
}
