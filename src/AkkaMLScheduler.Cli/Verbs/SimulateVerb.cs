using System.CommandLine;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Simulator.Report;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Replays a trace through the scheduling core that the live cluster uses.</summary>
public static class SimulateVerb
{
    public static Command Create()
    {
        var replayed = new ReplayOptions();
        var order = Choice("--order", "Which waiting job goes first.", SchedulingPolicy.Default.Order, PolicyRegistry.Orders);
        var backfill = Choice("--backfill", "Who may pass a blocked head.", SchedulingPolicy.Default.Backfill, PolicyRegistry.Backfills);
        var placement = Choice("--placement", "Which node a task gets.", SchedulingPolicy.Default.Placement, PolicyRegistry.Placements);
        var preempt = Choice("--preempt", "Who is stopped for others.", SchedulingPolicy.Default.Preemption, PolicyRegistry.Preemptions);
        var jobsOut = new Option<string?>("--jobs-out") { Description = "CSV file for job,submit,start,end,wait,size,node." };
        var html = new Option<string?>("--html") { Description = "HTML file for the plots: one page that needs nothing else." };
        var output = new Option<OutputFormat>("--output", "-o") { Description = "table or json." };
        var simulate = new Command("simulate", "Replays a trace of a real machine through the scheduler and tells how long jobs would have waited.");
        replayed.AddTo(simulate);
        foreach (var option in new Option[] { order, backfill, placement, preempt, jobsOut, html, output }) simulate.Options.Add(option);
        simulate.SetAction(async (parse, ct) =>
        {
            var policy = new SchedulingPolicy(
                parse.GetValue(order)!, parse.GetValue(backfill)!, parse.GetValue(placement)!, parse.GetValue(preempt)!);
            var replay = replayed.Read(parse);
            using var jobs = OutputFile.Open("--jobs-out", parse.GetValue(jobsOut));
            using var page = OutputFile.Open("--html", parse.GetValue(html));
            var result = await ReplayProgress.ShowAsync($"{policy}", replay.Trace.Jobs.Count, progress => replay.Run(policy, progress, ct));
            if (jobs is not null) result.WriteJobs(jobs);
            if (page is not null) HtmlReport.Write(page, replay.Title, replay.Cluster, [new ReportRun($"{policy}", result)]);
            parse.GetValue(output).Write(
                result.Metrics, SimulationJson.Default.SimulationMetrics, metrics => MetricsTable.Of($"{policy}", [("Value", metrics)]));
            return ExitCodes.Success;
        });
        return simulate;
    }

    private static Option<string> Choice(string name, string description, string fallback, IEnumerable<string> allowed)
    {
        var names = allowed.ToArray();
        var option = new Option<string>(name) { Description = $"{description} One of {string.Join(", ", names)}.", DefaultValueFactory = _ => fallback };
        option.AcceptOnlyFromAmong(names);
        return option;
    }
}
