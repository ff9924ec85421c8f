using System.Diagnostics;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Simulator;

namespace AkkaMLScheduler.Benchmarks.Scheduling;

/// <summary>How fast the core decides. One thread; every figure is of this run.</summary>
internal static class SchedulingBenchmark
{
    private const int Seed = 20261124;
    private static readonly SchedulingPolicy Policy = new("priority", "none", "best-fit", "none");

    /// <summary>The first argument, if any, is an SWF log of a machine with 100 processors, to replay.</summary>
    public static int Run(string[] args)
    {
        FillAndChurn("warm-up, not to be quoted", SyntheticCluster.Mixed(), pending: 20_000, events: 20_000);
        FillAndChurn("1,213 nodes, 6,212 GPUs, 20,000 jobs", SyntheticCluster.Mixed(), pending: 20_000, events: 20_000);
        FillAndChurn("10,000 nodes x 8 GPUs, 100,000 jobs", SyntheticCluster.Uniform(10_000), pending: 100_000, events: 20_000);
        if (args.Length == 0)
        {
            Console.WriteLine("replay: not measured; name an SWF log to replay it");
            return 0;
        }

        return Replay(args[0]);
    }

    private static void FillAndChurn(string what, IReadOnlyList<NodeCapacity> nodes, int pending, int events)
    {
        Console.WriteLine(what);
        FirstCycles(nodes, pending);
        var random = new Random(Seed);
        var core = new SchedulerCore(Policy);
        foreach (var node in nodes) core.Apply(new NodeUp(SyntheticCluster.Start, node));

        var clock = Stopwatch.StartNew();
        for (var number = 0; number < pending; number++) Queue(core, random, number);
        Console.WriteLine($"  queue {pending:N0} jobs            {clock.Elapsed.TotalMilliseconds,10:F1} ms");
        var now = SyntheticCluster.Start.AddHours(1);
        var first = core.Plan(now);
        core.Commit(first);
        Churn(core, random, first, now, pending, events);
    }

    /// <summary>
    /// The cycle that fills an empty cluster, each time in a new core. What waits has been there for a while: garbage of its coming is
    /// collected before the clock starts; garbage of the cycle counts.
    /// </summary>
    private static void FirstCycles(IReadOnlyList<NodeCapacity> nodes, int pending)
    {
        const int cycles = 21;
        var plans = new double[cycles];
        var commits = new double[cycles];
        var both = new double[cycles];
        var tasks = 0;
        var jobs = 0;
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            var random = new Random(Seed);
            var core = new SchedulerCore(Policy);
            foreach (var node in nodes) core.Apply(new NodeUp(SyntheticCluster.Start, node));
            for (var number = 0; number < pending; number++) Queue(core, random, number);
            GC.Collect();
            var begin = Stopwatch.GetTimestamp();
            var plan = core.Plan(SyntheticCluster.Start.AddHours(1));
            plans[cycle] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            begin = Stopwatch.GetTimestamp();
            core.Commit(plan);
            commits[cycle] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            both[cycle] = plans[cycle] + commits[cycle];
            jobs = plan.Starts.Count;
            tasks = plan.Starts.Sum(start => start.Placements.Count);
        }

        foreach (var times in new[] { plans, commits, both }) Array.Sort(times);
        const int middle = cycles / 2;
        Console.WriteLine(
            $"  first cycle, empty cluster   {both[middle],10:F1} ms p50, {both[^1]:F1} ms max of {cycles} "
            + $"(plan {plans[middle]:F1}, commit {commits[middle]:F1}): {jobs:N0} jobs, {tasks:N0} tasks placed");
        Console.WriteLine($"  tasks placed per second      {tasks / both[middle] * 1000,10:N0} (plan and commit)");
    }

    /// <summary>
    /// A cluster as full as its blocked head leaves it: one attempt ends and another job comes, then a cycle; as one event after
    /// another would in live running.
    /// </summary>
    private static void Churn(SchedulerCore core, Random random, Plan first, DateTimeOffset now, int number, int events)
    {
        var running = first.Starts.Select(start => start.Job).ToList();
        var cycles = new double[events];
        var starts = 0;
        var total = Stopwatch.StartNew();
        for (var i = 0; i < events; i++)
        {
            now = now.AddMilliseconds(1);
            var begin = Stopwatch.GetTimestamp();
            if (running.Count > 0)
            {
                var ended = random.Next(running.Count);
                core.Apply(new JobEnded(now, running[ended], 1));
                running[ended] = running[^1];
                running.RemoveAt(running.Count - 1);
            }

            Queue(core, random, number + i);
            var plan = core.Plan(now);
            core.Commit(plan);
            cycles[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            starts += plan.Starts.Count;
            running.AddRange(plan.Starts.Select(start => start.Job));
        }

        var seconds = total.Elapsed.TotalSeconds;
        Array.Sort(cycles);
        Console.WriteLine(
            $"  one end, one job, one cycle  {cycles[events / 2],10:F3} ms p50, {cycles[events * 99 / 100]:F3} ms p99, "
            + $"{cycles[^1]:F3} ms max over {events:N0} events; {starts / seconds:N0} starts/s");
        Console.WriteLine($"  afterwards                   {core.PendingCount:N0} pending, {core.AllocationCount:N0} running");
        Console.WriteLine();
    }

    private static int Replay(string path)
    {
        try
        {
            var clock = Stopwatch.StartNew();
            var trace = TraceReader.ReadSwf(path);
            Console.WriteLine(
                $"replay of {Path.GetFileName(path)}: {trace.Jobs.Count:N0} jobs read in {clock.ElapsedMilliseconds} ms; "
                + "100 processors, fifo, no backfilling");
            foreach (var events in Enum.GetValues<EventMode>())
            {
                var walls = new double[3];
                SimulationMetrics metrics = null!;
                for (var i = 0; i < walls.Length; i++)
                {
                    metrics = Simulation.Run(
                        trace, SimulatedCluster.OfProcessors(100), new SimulationSettings(Policy with { Order = "fifo" }, events)).Metrics;
                    walls[i] = metrics.WallSeconds;
                }

                Array.Sort(walls);
                Console.WriteLine(
                    $"  events {events,-5}  {walls[1]:F3} s median of {walls.Length} ({walls[0]:F3} to {walls[^1]:F3}); "
                    + $"mean wait {metrics.WaitMeanSeconds:F3} s, mean bounded slowdown {metrics.SlowdownMean:F3}");
            }

            Console.WriteLine(
                "  no ratio: the published 12.5 s of a Python simulator is for EASY backfilling on another machine, which is more work");
            return 0;
        }
        catch (TraceUnreadableException unreadable)
        {
            Console.Error.WriteLine(unreadable.Message);
            return 2;
        }
    }

    private static void Queue(SchedulerCore core, Random random, int number)
    {
        var job = SyntheticCluster.Job(random, number);
        core.Apply(new JobQueued(job.SubmittedAt, job));
    }
}
