using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Simulator;

namespace AkkaMLScheduler.Benchmarks.Replaying;

/// <summary>A whole log under several policies, and, if named, beside another simulator that replays the same file in the same run.</summary>
internal static class ReplayBenchmark
{
    /// <summary>The argument with which this program, run again, replays once and says nothing else.</summary>
    private const string Once = "--once";

    private const int Rounds = 5;
    private const int ProcessRounds = 3;
    private const int Processors = 100;

    /// <summary>Bars in seconds; none for what no bar was set for.</summary>
    private static readonly (string Name, string Order, string Backfill, double? Bar)[] Policies =
    [
        ("FCFS", "fifo", "none", null),
        ("EASY", "fifo", "easy", 1),
        ("conservative", "fifo", "conservative", 5),
        ("SJF + EASY", "sjf", "easy", null),
    ];

    /// <summary>Arguments: the log in SWF, and commands of rivals that replay it: <c>LOG [--rival COMMAND] [--rival-conservative COMMAND]</c>.</summary>
    public static int Run(string[] args)
    {
        try
        {
            return args switch
            {
                [var log] => All(log),
                [var log, Once, var backfill] => ReplayOnce(log, backfill),
                [var log, "--rival", var easy] => All(log) + Against(log, "easy", easy),
                [var log, "--rival", var easy, "--rival-conservative", var conservative] =>
                    All(log) + Against(log, "easy", easy) + Against(log, "conservative", conservative),
                _ => Usage(),
            };
        }
        catch (TraceUnreadableException unreadable)
        {
            Console.Error.WriteLine(unreadable.Message);
            return 2;
        }
    }

    private static int Usage()
    {
        Console.Error.WriteLine("Name the SWF log to replay: replay LOG [--rival COMMAND] [--rival-conservative COMMAND]");
        return 2;
    }

    private static int All(string log)
    {
        var trace = TraceReader.ReadSwf(log);
        Console.WriteLine(
            $"{Path.GetFileName(log)}: {trace.Jobs.Count:N0} jobs, {Processors} processors, allocated sizes, user estimates; "
            + $"one thread, median of {Rounds} after one to warm up");
        Console.WriteLine("policy        events   wall s (least to most)     mean wait s   mean bounded slowdown   bar");
        foreach (var (name, order, backfill, bar) in Policies)
        {
            foreach (var events in Enum.GetValues<EventMode>())
            {
                var metrics = Replay(trace, order, backfill, events).Metrics;
                var walls = new double[Rounds];
                for (var i = 0; i < Rounds; i++) walls[i] = Replay(trace, order, backfill, events).Metrics.WallSeconds;
                Array.Sort(walls);
                var middle = walls[Rounds / 2];
                var verdict = bar is null ? "" : $"{bar} s: {(middle < bar ? "met" : "MISSED")}";
                Console.WriteLine(
                    $"{name,-13} {events,-6}  {middle,7:F3} ({walls[0]:F3} to {walls[^1]:F3})  {metrics.WaitMeanSeconds,14:F3}  "
                    + $"{metrics.SlowdownMean,22:F3}   {verdict}");
            }
        }

        return 0;
    }

    /// <summary>
    /// Process against process: start, reading the log, replay, figures. Rivals take requested sizes and one event after another, so here
    /// ours does too.
    /// </summary>
    private static int Against(string log, string backfill, string command)
    {
        Console.WriteLine();
        Console.WriteLine($"whole processes, {backfill}, requested sizes, one pass per event; median of {ProcessRounds}");
        var ours = Times(() => OwnProcess.Again("replay", log, Once, backfill));
        var rivals = Times(() => OwnProcess.Shell(command));
        foreach (var failed in new[] { ours[0].Last, rivals[0].Last }.Where(one => one.ExitCode != 0))
        {
            Console.Error.WriteLine($"It failed with {failed.ExitCode}:\n{failed.LastLines}");
            return 1;
        }

        const int middle = ProcessRounds / 2;
        Console.WriteLine($"ours   {ours[middle].Seconds:F2} s ({ours[0].Seconds:F2} to {ours[^1].Seconds:F2})");
        Console.WriteLine(Indented(ours[0].Last.LastLines));
        Console.WriteLine($"rival  {rivals[middle].Seconds:F2} s ({rivals[0].Seconds:F2} to {rivals[^1].Seconds:F2})");
        Console.WriteLine(Indented(rivals[0].Last.LastLines));
        Console.WriteLine($"ratio  the rival takes {rivals[middle].Seconds / ours[middle].Seconds:F1} times as long");
        return 0;
    }

    private static (double Seconds, OwnProcess.Outcome Last)[] Times(Func<OwnProcess.Outcome> run)
    {
        var outcomes = new (double Seconds, OwnProcess.Outcome Last)[ProcessRounds];
        for (var i = 0; i < ProcessRounds; i++)
        {
            var outcome = run();
            outcomes[i] = (outcome.Wall.TotalSeconds, outcome);
            if (outcome.ExitCode != 0) Array.Fill(outcomes, outcomes[i]);
        }

        return [.. outcomes.OrderByDescending(one => one.Last.ExitCode != 0).ThenBy(one => one.Seconds)];
    }

    private static string Indented(string lines) => "       | " + lines.Replace("\n", "\n       | ", StringComparison.Ordinal);

    private static int ReplayOnce(string log, string backfill)
    {
        var result = Replay(TraceReader.ReadSwf(log, JobSize.Requested), "fifo", backfill, EventMode.Each);
        var counted = CountedElsewhere(result.Jobs);
        Console.WriteLine($"all {result.Jobs.Count} jobs: mean bounded slowdown {result.Metrics.SlowdownMean:F10}");
        Console.WriteLine(
            $"the {counted.Count} that published simulators count: {counted.Average(job => job.BoundedSlowdown):F10}, "
            + $"mean wait {counted.Average(job => job.Wait) / 60.0:F9} min");
        return 0;
    }

    /// <summary>
    /// A published simulator's own averages leave out the first hundredth of the jobs to end, and those that end after the last submission.
    /// </summary>
    private static List<JobOutcome> CountedElsewhere(IReadOnlyList<JobOutcome> jobs)
    {
        var last = jobs.Max(job => job.Submit);
        return [.. jobs.OrderBy(job => job.End).Skip(jobs.Count / 100).TakeWhile(job => job.End <= last)];
    }

    private static SimulationResult Replay(Trace trace, string order, string backfill, EventMode events) => Simulation.Run(
        trace, SimulatedCluster.OfProcessors(Processors), new SimulationSettings(new SchedulingPolicy(order, backfill, "best-fit", "none"), events));
}
