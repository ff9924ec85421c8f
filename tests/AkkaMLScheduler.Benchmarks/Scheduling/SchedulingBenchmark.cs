using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Benchmarks.Scheduling;

/// <summary>How fast the core decides on a large cluster. One thread; every figure is of this run.</summary>
internal static class SchedulingBenchmark
{
    public const double CycleBarMilliseconds = 100;
    public const double EventBarMilliseconds = 2;

    private const int FirstCycles = 50;
    private const int Cycles = 200;
    private const int ChangesBetweenCycles = 100;
    private const int Events = 20_000;

    private static readonly ClusterSize Large = new(10_000);

    /// <summary>
    /// Under <c>drf</c> no job waits beyond the patience in these runs, so that jobs of other queues may always pass a blocked one: the
    /// costlier case, every queue's first job being tried in each cycle.
    /// </summary>
    public static IReadOnlyList<SchedulingPolicy> Policies { get; } =
    [
        .. from order in new[] { "priority", "drf" }
           from backfill in new[] { "none", "easy" }
           select new SchedulingPolicy(order, backfill, "best-fit", "none") { Patience = TimeSpan.FromDays(365) },
    ];

    /// <summary>Arguments: orders with backfilling to measure alone, as <c>drf+easy</c>; none for all.</summary>
    public static int Run(string[] args)
    {
        var chosen = args.Length == 0 ? Policies : [.. Policies.Where(policy => args.Contains(NameOf(policy)))];
        if (chosen.Count == 0 || chosen.Count < args.Length)
        {
            Console.Error.WriteLine($"Name some of {string.Join(", ", Policies.Select(NameOf))}, or none for all.");
            return 2;
        }

        Console.WriteLine($"{Large}; placement best-fit");
        Console.WriteLine($"bars: a full cycle {CycleBarMilliseconds} ms p99, one event {EventBarMilliseconds} ms p99");
        foreach (var policy in chosen)
        {
            // The run-time compiles each method anew until it is used often: the first cycles of a process take three times as long.
            Measure(policy, Large, firstCycles: 5, cycles: 50, events: 5_000);
            var (first, full, one) = Measure(policy, Large, FirstCycles, Cycles, Events);
            Console.WriteLine();
            Console.WriteLine($"{NameOf(policy),-33}       p50       p99       max");
            Console.WriteLine($"  first cycle, empty cluster     {first.Both} {Verdict(first.Both.P99, CycleBarMilliseconds)}");
            Console.WriteLine($"    of it planning               {first.Plan}");
            Console.WriteLine($"    starts                       {first.Starts,9:N0} jobs, {first.Starts / first.Both.P50 * 1000:N0} a second");
            Console.WriteLine($"  full cycle, full cluster       {full} {Verdict(full.P99, CycleBarMilliseconds)}");
            Console.WriteLine($"  one end, one new job, a cycle  {one.Took} {Verdict(one.Took.P99, EventBarMilliseconds)}");
            Console.WriteLine($"    starts                       {one.Starts,9:N0} jobs; afterwards {one.Pending:N0} pending, {one.Running:N0} running");
        }

        Console.WriteLine();
        Console.WriteLine("first cycle: each in a new core, garbage of the jobs' coming collected before the clock starts; five to warm up not counted.");
        Console.WriteLine($"full cycle: everything pending; {ChangesBetweenCycles} ends and as many new jobs before each, not timed; collected before each.");
        Console.WriteLine("one event: one after another, garbage collections included.");
        return 0;
    }

    public static string NameOf(SchedulingPolicy policy) => $"{policy.Order}+{policy.Backfill}";

    /// <summary>The three measurements, each on a cluster of this size.</summary>
    public static (FirstCycle First, Latencies Full, Churn One) Measure(
        SchedulingPolicy policy, ClusterSize size, int firstCycles, int cycles, int events)
    {
        var plans = new double[firstCycles];
        var both = new double[firstCycles];
        BusyCluster cluster = null!;
        for (var i = 0; i < firstCycles; i++)
        {
            cluster = new BusyCluster(policy, size);
            Collect();
            (plans[i], both[i]) = cluster.Cycle();
            both[i] += plans[i];
        }

        var first = new FirstCycle(Latencies.Of(both), Latencies.Of(plans), cluster.Starts);
        cluster.Refill();
        cluster.Cycle();
        return (first, FullCycles(cluster, size, cycles), EventByEvent(cluster, events));
    }

    private static Latencies FullCycles(BusyCluster cluster, ClusterSize size, int cycles)
    {
        var took = new double[cycles];
        for (var i = 0; i < cycles; i++)
        {
            cluster.Change(Math.Max(1, ChangesBetweenCycles * size.Nodes / Large.Nodes));
            cluster.Refill();
            Collect();
            var (plan, commit) = cluster.Cycle();
            took[i] = plan + commit;
        }

        return Latencies.Of(took);
    }

    private static Churn EventByEvent(BusyCluster cluster, int events)
    {
        Collect();
        var before = cluster.Starts;
        var took = new double[events];
        for (var i = 0; i < events; i++) took[i] = cluster.OneEvent();
        return new Churn(Latencies.Of(took), cluster.Starts - before, cluster.Pending, cluster.Running);
    }

    /// <summary>What came before a measurement is not to be collected during it.</summary>
    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static string Verdict(double milliseconds, double bar) => milliseconds < bar ? "met" : $"MISSED, bar {bar} ms";

    /// <param name="Both">Planned and committed.</param>
    /// <param name="Plan">The planning alone.</param>
    /// <param name="Starts">Jobs started in one.</param>
    public sealed record FirstCycle(Latencies Both, Latencies Plan, int Starts);

    /// <param name="Took">Each event.</param>
    /// <param name="Starts">Jobs started in all of them.</param>
    /// <param name="Pending">Afterwards.</param>
    /// <param name="Running">Afterwards.</param>
    public sealed record Churn(Latencies Took, int Starts, int Pending, int Running);
}
