using System.CommandLine;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Simulator;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>The options of the verbs that replay a trace: what is replayed, on what, and how.</summary>
internal sealed class ReplayOptions
{
    private const double MostLoad = PackingExperiment.MostLoad;
    private const double LeastLoad = 0.01;

    private readonly Option<string> _trace = new("--trace") { Description = "File of jobs of a real machine.", Required = true };

    private readonly Option<TraceFormat?> _format = Choice<TraceFormat?, TraceFormat>(
        "--format", "What the trace is: swf, openb or philly; by default what its first lines look like.");

    private readonly Option<long?> _processors = NumberOption.Of(
        "--processors", "Processors of a single machine; by default what an SWF trace's header says.", 1, SimulatedCluster.MostProcessors);

    private readonly Option<string?> _nodes = new("--nodes") { Description = "CSV of nodes: sn,cpu_milli,memory_mib,gpu,model." };

    private readonly Option<string?> _cluster = new("--cluster")
    {
        Description = $"Nodes in a line: \"{ClusterShape.Example}\", groups joined with +, rack16 for 16 nodes to a rack.",
    };

    private readonly Option<JobSize> _size = Choice<JobSize, JobSize>(
        "--size", "Which of an SWF job's two sizes counts: allocated or requested.");

    private readonly Option<EventMode> _events = Choice<EventMode, EventMode>(
        "--events", "batch: one pass per instant; each: one pass per event, submissions first, as published simulators do.");

    private readonly Option<Estimates> _estimates = Choice<Estimates, Estimates>(
        "--estimates", "user: what users said, where the trace has it (swf; elsewhere the run time stands for it); perfect: the run time.");

    private readonly Option<int?> _seed = NumberOption.Of("--seed", "Seed of whatever is random.", 0, int.MaxValue);

    private readonly Option<double?> _load = NumberOption.Of(
        "--load",
        "swf, philly: divides the times between submissions, so that 1.3 brings 30 % more work per hour. openb: in place of a replay, "
        + "pods arrive in a random order and stay, until they have asked for so many times the cluster's GPUs.",
        LeastLoad, MostLoad);

    private readonly Option<int?> _limit = NumberOption.Of("--limit", "Only the first so many jobs, by submission.", 1, int.MaxValue);

    private readonly Option<long?> _checkpoint = NumberOption.Of(
        "--checkpoint", $"Seconds of running after which a job saves its work: a preempted one loses what came after; {SimulationSettings.DefaultCheckpointSeconds} by default.",
        1, 1_000_000_000L);

    private enum Estimates
    {
        User,
        Perfect,
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _trace, _format, _processors, _nodes, _cluster, _size, _events, _estimates, _seed, _load, _limit, _checkpoint })
            command.Options.Add(option);
    }

    /// <summary>Reads the trace and the cluster; what cannot be used of the trace is told on standard error.</summary>
    /// <exception cref="UserError">The options do not go together.</exception>
    /// <exception cref="TraceUnreadableException">The trace cannot be read.</exception>
    /// <exception cref="ClusterUnreadableException">The cluster cannot be read, or does not fit the trace.</exception>
    public Replay Read(ParseResult parse)
    {
        var file = parse.GetValue(_trace)!;
        var described = new Option[] { _processors, _nodes, _cluster }.Where(option => parse.GetResult(option) is { Implicit: false }).ToList();
        if (described.Count > 1) throw new UserError($"{string.Join(" and ", described.Select(option => option.Name))} each describe a cluster; give one of them");
        var trace = TraceReader.Read(file, parse.GetValue(_format), parse.GetValue(_size));
        Report(file, trace);
        var cluster = Cluster(parse, trace);
        if (parse.GetValue(_limit) is { } limit) trace = trace.First(limit);
        if (parse.GetValue(_estimates) == Estimates.Perfect) trace = trace.WithPerfectEstimates();
        var load = parse.GetValue(_load);
        var packs = load is not null && trace.Format == TraceFormat.Openb;
        if (packs && trace.Jobs.All(job => job.Size == 0)) throw new UserError($"--load cannot be reached: none of the {trace.Jobs.Count} jobs asks for GPUs");
        if (load is not null && !packs) trace = trace.UnderLoad(load.Value);
        var settings = new SimulationSettings(SchedulingPolicy.Default, parse.GetValue(_events))
        {
            CheckpointSeconds = parse.GetValue(_checkpoint) ?? SimulationSettings.DefaultCheckpointSeconds,
        };
        return new Replay(Path.GetFileName(file), cluster.Divide(trace), cluster, settings, packs ? load : null, parse.GetValue(_seed) ?? 0);
    }

    private static Option<TOption> Choice<TOption, TEnum>(string name, string description)
        where TEnum : struct, Enum
    {
        var option = new Option<TOption>(name) { Description = description };
        option.AcceptOnlyFromAmong([.. Enum.GetNames<TEnum>().Select(value => value.ToLowerInvariant())]);
        return option;
    }

    private static void Report(string file, Trace trace)
    {
        foreach (var line in trace.Malformed) Console.Error.WriteLine($"amls: {file} {line}; skipped");
        if (trace.MalformedCount > trace.Malformed.Count)
            Console.Error.WriteLine($"amls: {file}: {trace.MalformedCount} lines skipped in all, the first {trace.Malformed.Count} of them shown");
    }

    private SimulatedCluster Cluster(ParseResult parse, Trace trace)
    {
        if (parse.GetValue(_nodes) is { } list) return SimulatedCluster.Of(NodeList.Read(list), trace.Unit);
        if (parse.GetValue(_cluster) is { } shape) return SimulatedCluster.Of(ClusterShape.Parse(shape), trace.Unit);
        if (trace.Unit == TraceUnit.Processors && (parse.GetValue(_processors) ?? trace.MaxProcessors) is { } processors)
            return processors <= SimulatedCluster.MostProcessors
                ? SimulatedCluster.OfProcessors(processors)
                : throw new UserError($"the trace's header says {processors} processors; give --processors, at most {SimulatedCluster.MostProcessors}");
        throw new UserError(trace.Unit == TraceUnit.Processors
            ? "the trace does not say how many processors its machine had; give --processors, e.g. --processors 128, or --cluster \"16x8cpu\""
            : $"the jobs of the trace ask for GPUs{(parse.GetValue(_processors) is null ? "" : ", not for --processors")}; "
                + $"give --cluster, e.g. --cluster \"{ClusterShape.Example}\", or --nodes");
    }
}
