using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Simulator;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Replays a trace through the scheduling core that the live cluster uses.</summary>
public static class SimulateVerb
{
    private const string NoPreemption = "none";

    public static Command Create()
    {
        var trace = new Option<string>("--trace") { Description = "Trace in the Standard Workload Format.", Required = true };
        var processors = new Option<long?>("--processors") { Description = "Processors of the machine; by default what the trace's header says." };
        var order = Choice("--order", "Which waiting job goes first.", SchedulingPolicy.Default.Order, PolicyRegistry.Orders);
        var backfill = Choice("--backfill", "Who may pass a blocked head.", SchedulingPolicy.Default.Backfill, PolicyRegistry.Backfills);
        var placement = Choice("--placement", "Which node a task gets.", SchedulingPolicy.Default.Placement, PolicyRegistry.Placements);
        var size = new Option<JobSize>("--size") { Description = "Which of a job's two sizes counts: allocated or requested." };
        var events = new Option<EventMode>("--events") { Description = "batch: one pass per instant; each: one pass per event, as published simulators do." };
        var jobsOut = new Option<string?>("--jobs-out") { Description = "CSV file for job,submit,start,end,wait,size,node." };
        var output = new Option<OutputFormat>("--output", "-o") { Description = "table or json." };
        var simulate = new Command("simulate", "Replays a trace of a real machine through the scheduler and tells how long jobs would have waited.");
        foreach (var option in new Option[] { trace, processors, order, backfill, placement, size, events, jobsOut, output }) simulate.Options.Add(option);
        simulate.SetAction(parse =>
        {
            var read = TraceReader.ReadSwf(parse.GetValue(trace)!, parse.GetValue(size));
            foreach (var line in read.Malformed) Console.Error.WriteLine($"amls: {parse.GetValue(trace)} {line}; skipped");
            var count = parse.GetValue(processors) ?? read.MaxProcessors
                ?? throw new UserError("the trace does not say how many processors its machine had; give --processors");
            if (count is < 1 or > 1_000_000_000) throw new UserError($"--processors is {count}; it must be from 1 to a billion");
            var policy = new SchedulingPolicy(parse.GetValue(order)!, parse.GetValue(backfill)!, parse.GetValue(placement)!, NoPreemption);
            var result = Simulation.Run(read, SimulatedCluster.OfProcessors(count), new SimulationSettings(policy, parse.GetValue(events)));
            if (parse.GetValue(jobsOut) is { } file) WriteJobs(result, file);
            parse.GetValue(output).Write(result.Metrics, SimulationJson.Default.SimulationMetrics, m => Render(policy, m));
            return ExitCodes.Success;
        });
        return simulate;
    }

    private static Option<string> Choice(string name, string description, string fallback, IEnumerable<string> allowed)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.AcceptOnlyFromAmong([.. allowed]);
        return option;
    }

    private static void WriteJobs(SimulationResult result, string file)
    {
        try
        {
            using var csv = new StreamWriter(file);
            result.WriteJobs(csv);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"cannot write --jobs-out '{file}': {e.Message}");
        }
    }

    private static IRenderable Render(SchedulingPolicy policy, SimulationMetrics m)
    {
        var table = new Table().Border(TableBorder.Rounded).Title($"{policy.Order}, backfill {policy.Backfill}, {policy.Placement}").AddColumns("Figure", "Value");
        foreach (var property in JsonSerializer.SerializeToElement(m, SimulationJson.Default.SimulationMetrics).EnumerateObject())
            table.AddRow(property.Name, property.Value.GetDouble().ToString("#,##0.###", CultureInfo.InvariantCulture));
        return table;
    }
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(SimulationMetrics))]
internal sealed partial class SimulationJson : JsonSerializerContext;
