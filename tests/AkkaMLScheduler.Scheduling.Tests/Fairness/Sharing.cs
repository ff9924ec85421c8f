namespace AkkaMLScheduler.Scheduling.Tests.Fairness;

/// <summary>
/// Clusters that users share by <c>drf</c>. Amounts are &lt;CPU, memory&gt; or &lt;CPU, memory, GPUs&gt; in the units of the worked examples; a
/// user is a queue, and what it asks for is many equal tasks.
/// </summary>
internal static class Sharing
{
    public static readonly SchedulingPolicy Fair = new("drf", "none", "best-fit", "none");

    public static readonly SchedulingPolicy FairEvicting = Fair with { Preemption = "fair-share" };

    public static Resources Amount(int cpus, int memory, int gpus = 0) => new(cpus * 1000L, memory, gpus * 1000L);

    /// <summary>One node that offers everything, so that nothing is lost to fragmentation.</summary>
    public static SchedulerCore Cluster(Resources total, params QueueSpec[] queues) => Cluster(Fair, total, queues);

    public static SchedulerCore Cluster(SchedulingPolicy policy, Resources total, params QueueSpec[] queues)
    {
        var core = Given.Cluster(policy, new NodeCapacity("node", "1", total, NodeCapacity.NoLabels));
        if (queues.Length > 0) Assert.True(core.Apply(new QueuesChanged(Given.Start, queues)).Changed);
        return core;
    }

    /// <summary>The user wants this many more tasks, each a job of its own.</summary>
    public static SchedulerCore Wants(this SchedulerCore core, string user, int tasks, Resources each, double seconds = 0)
    {
        var known = core.PendingCount + core.AllocationCount;
        for (var i = 0; i < tasks; i++)
        {
            var at = Given.At(seconds);
            var job = new JobRequest($"{user}:{known + i:D6}", 1, user, 0, 1, each, at, at);
            Assert.True(core.Apply(new JobQueued(at, job)).Changed);
        }

        return core;
    }

    public static string UserOf(string job) => job[..job.IndexOf(':')];

    /// <summary>Whose tasks were started, in order.</summary>
    public static string[] Served(this Plan plan) => [.. plan.Starts.Select(start => UserOf(start.Job))];

    public static int TasksOf(this SchedulerCore core, string user) => core.Allocations().Count(held => held.Request.Queue == user);

    public static Resources UsedBy(this SchedulerCore core, string user) =>
        Sum(core.Allocations().Where(held => held.Request.Queue == user).Select(held => held.Request.PerTask * held.Placements.Count));

    public static Resources Used(this SchedulerCore core) =>
        Sum(core.Allocations().Select(held => held.Request.PerTask * held.Placements.Count));

    public static void EndAll(this SchedulerCore core, string user, int tasks, double seconds)
    {
        foreach (var held in core.Allocations().Where(held => held.Request.Queue == user).Take(tasks))
            Assert.True(core.End(held.Job, held.Attempt, seconds));
    }

    /// <summary>Those asked to stop do, and wait again as whoever runs them would queue them; returns how many.</summary>
    public static int Yield(this SchedulerCore core, double seconds)
    {
        var stopping = core.Allocations().Where(held => held.IsStopping).ToList();
        foreach (var held in stopping)
        {
            Assert.True(core.End(held.Job, held.Attempt, seconds));
            var again = held.Request with { Attempt = held.Attempt + 1, Preemptions = held.Request.Preemptions + 1 };
            Assert.True(core.Apply(new JobQueued(Given.At(seconds), again)).Changed);
        }

        return stopping.Count;
    }

    private static Resources Sum(IEnumerable<Resources> amounts) => amounts.Aggregate(Resources.None, (sum, one) => sum + one);
}
