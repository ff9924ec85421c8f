using AkkaMLScheduler.Scheduling.Tests.Properties;
using FsCheck.Xunit;
using static AkkaMLScheduler.Scheduling.Tests.Fairness.Sharing;

namespace AkkaMLScheduler.Scheduling.Tests.Fairness;

/// <summary>Fair-share preemption over random lives, random trees, weights and guarantees.</summary>
public sealed class FairSharePreemptionProperties
{
    private const int Cases = 2_000;
    private const string Seed = "(20261124,11)";
    private const int Any = int.MaxValue / 2;

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Each_preemption_lowers_the_potential_and_so_it_comes_to_an_end(int[] numbers)
    {
        foreach (var order in PolicyRegistry.Orders)
        {
            var script = new Script(FairEvicting with { Order = order }).Run(numbers);
            script.Apply(new QueuesChanged(script.Now, Queues(new Random(numbers.Length), ["q0", "q1", "q2"])));
            script.Advance(script.Now.AddHours(1));
            Yield(script);
            var potential = Potential(script.Core);
            while (true)
            {
                var plan = script.PlanAndCommit();
                var victims = plan.Preempts.Count(one => one.Beneficiary is not null);
                var changed = Yield(script);
                var now = Potential(script.Core);
                Assert.True(now <= potential - victims, $"{victims} preemptions took the potential from {potential} to {now}");
                potential = now;
                if (!changed && plan.IsEmpty) break;
            }

            Assert.True(potential >= 0);
        }
    }

    [Property(MaxTest = Cases, Replay = Seed, StartSize = Any, EndSize = Any)]
    public void Between_queues_side_by_side_with_equal_tasks_the_ascending_list_of_shares_rises_with_each_preemption(int seed)
    {
        var core = Crowd(new Random(seed), out var queues);
        var second = 1;
        for (var plan = core.Step(second); !plan.IsEmpty;)
        {
            var before = Shares(core, queues);
            var stopped = core.Yield(second);
            var next = core.Step(++second);
            if (stopped > 0)
            {
                Assert.Equal(plan.Preempts[0].Beneficiary, next.Starts[0].Job);
                var after = Shares(core, queues);
                Assert.True(Rises(before, after), $"{string.Join(" ", before)} became {string.Join(" ", after)}");
            }

            plan = next;
        }
    }

    [Property(MaxTest = Cases, Replay = Seed, StartSize = Any, EndSize = Any)]
    public void In_any_tree_the_victims_queues_are_not_left_below_their_guarantees_and_it_ends(int seed)
    {
        var random = new Random(seed);
        string[] leaves = ["a", "a/x", "a/y", "b/x", "b/y/z", "c"];
        var specified = Queues(random, [.. leaves, "b", "b/y"]);
        var core = Cluster(FairEvicting, Amount(12, 12, 6), specified);
        Fill(core, random, leaves, 0);
        core.Step();
        Fill(core, random, leaves, 1);
        var bound = JobRequest.MostFairSharePreemptions * (core.PendingCount + core.AllocationCount);
        for (var second = 1; ; second++)
        {
            var plan = core.Step(second);
            foreach (var queue in specified)
                if (queue.Guarantee is { } guarantee && plan.Preempts.Any(one => Crosses(core, one, queue.Queue)))
                    Assert.True(IsUsedUp(guarantee, Staying(core, queue.Queue)), $"{queue} is left too little");
            var stopped = core.Yield(second);
            if (plan.IsEmpty && stopped == 0) break;
            Assert.True((bound -= stopped) >= 0, "more preemptions than the potential allows");
        }
    }

    private static SchedulerCore Crowd(Random random, out QueueSpec[] queues)
    {
        queues = [.. "abcd"[..random.Next(2, 5)].Select(name => new QueueSpec(name.ToString(), random.Next(1, 4)))];
        var core = Cluster(FairEvicting, Amount(12, 12, 6), queues);
        Resources[] asks = [.. queues.Select(_ => Amount(random.Next(1, 4), random.Next(0, 4), random.Next(0, 3)))];
        core.Wants("a", random.Next(1, 12), asks[0]).Step();
        foreach (var (index, queue) in queues.Index()) core.Wants(queue.Queue, random.Next(0, 12), asks[index], 1);
        return core;
    }

    private static void Fill(SchedulerCore core, Random random, string[] queues, double seconds)
    {
        foreach (var queue in queues)
            for (var kind = random.Next(1, 3); kind > 0; kind--)
                core.Wants(queue, random.Next(0, 8), Amount(random.Next(0, 4), random.Next(0, 4), random.Next(0, 3)), seconds);
    }

    private static QueueSpec[] Queues(Random random, string[] names) =>
    [
        .. names.Where(_ => random.Next(2) == 0).Select(name => new QueueSpec(name, random.Next(1, 4))
        {
            Guarantee = random.Next(2) == 0 ? Amount(random.Next(3), random.Next(3), random.Next(3)) : null,
        }),
    ];

    /// <summary>The victim is in this queue or below it, and the beneficiary is not.</summary>
    private static bool Crosses(SchedulerCore core, PreemptDecision decision, string queue) =>
        IsIn(core.AllocationOf(decision.Job)!.Request, queue) && !IsIn(core.PendingOf(decision.Beneficiary!)!, queue);

    private static bool IsIn(JobRequest job, string queue) => job.Queue == queue || job.Queue.StartsWith(queue + "/", StringComparison.Ordinal);

    private static Resources Staying(SchedulerCore core, string queue) => core.Allocations()
        .Where(held => !held.IsStopping && IsIn(held.Request, queue))
        .Aggregate(Resources.None, (sum, held) => sum + held.Request.PerTask * held.Placements.Count);

    private static bool IsUsedUp(Resources guarantee, Resources used) =>
        guarantee == Resources.None
        || (guarantee.MilliCpu > 0 && used.MilliCpu >= guarantee.MilliCpu)
        || (guarantee.MemoryBytes > 0 && used.MemoryBytes >= guarantee.MemoryBytes)
        || (guarantee.MilliGpu > 0 && used.MilliGpu >= guarantee.MilliGpu);

    /// <summary>Those asked to stop do, and wait again, counted once more as stopped.</summary>
    private static bool Yield(Script script)
    {
        var stopping = script.Core.Allocations().Where(held => held.IsStopping).ToList();
        foreach (var held in stopping)
        {
            script.Apply(new JobEnded(script.Now, held.Job, held.Attempt));
            var again = held.Request with { Attempt = held.Attempt + 1, EligibleAt = script.Now, Preemptions = held.Request.Preemptions + 1 };
            script.Apply(new JobQueued(script.Now, again));
        }

        return stopping.Count > 0;
    }

    /// <summary>How often all jobs together may still be stopped.</summary>
    private static int Potential(SchedulerCore core) => core.Pending().Concat(core.Allocations().Select(held => held.Request))
        .Sum(job => Math.Max(0, JobRequest.MostFairSharePreemptions - job.Preemptions));

    private static double[] Shares(SchedulerCore core, QueueSpec[] queues) =>
        [.. queues.Select(queue => Share(core.UsedBy(queue.Queue), queue.Weight)).Order()];

    private static double Share(Resources used, int weight) =>
        Math.Max(used.MilliCpu / (weight * 12_000.0), Math.Max(used.MemoryBytes / (weight * 12.0), used.MilliGpu / (weight * 6_000.0)));

    private static bool Rises(double[] from, double[] to)
    {
        for (var i = 0; i < from.Length; i++)
            if (from[i] != to[i])
                return to[i] > from[i];
        return false;
    }
}
