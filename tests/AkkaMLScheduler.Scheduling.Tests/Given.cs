namespace AkkaMLScheduler.Scheduling.Tests;

/// <summary>Short ways to say what a test starts from. One CPU is 1000 millicores; the tests' memory is counted in plain bytes.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly SchedulingPolicy Fifo = new("fifo", "none", "best-fit", "none");

    public static readonly SchedulingPolicy ByPriority = new("priority", "none", "best-fit", "none");

    public static readonly SchedulingPolicy Evicting = new("priority", "none", "best-fit", "priority");

    public static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    public static SchedulerCore Cluster(SchedulingPolicy policy, params NodeCapacity[] nodes)
    {
        var core = new SchedulerCore(policy);
        foreach (var node in nodes) core.Apply(new NodeUp(Start, node));
        return core;
    }

    public static NodeCapacity Node(
        string name, int cpus = 8, int gpus = 0, string life = "1", params (string Label, string Value)[] labels) =>
        new(name, life, new Resources(cpus * 1000, 1_000_000, gpus * 1000), labels.ToDictionary(pair => pair.Label, pair => pair.Value));

    public static JobRequest Job(
        string job, int tasks = 1, int cpus = 1, int gpus = 0, int priority = 0, double submitted = 0, double eligible = 0, int attempt = 1,
        double? estimate = null, params (string Label, string Value)[] selector) =>
        new(job, attempt, "default", priority, tasks, new Resources(cpus * 1000, 0, gpus * 1000), At(submitted), At(eligible))
        {
            Estimate = estimate is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Selector = selector.ToDictionary(pair => pair.Label, pair => pair.Value),
        };

    public static SchedulerCore With(this SchedulerCore core, params JobRequest[] jobs)
    {
        foreach (var job in jobs) Assert.True(core.Apply(new JobQueued(job.SubmittedAt, job)).Changed);
        return core;
    }

    /// <summary>Plans and commits; returns the plan.</summary>
    public static Plan Step(this SchedulerCore core, double seconds = 0)
    {
        var plan = core.Plan(At(seconds));
        core.Commit(plan);
        return plan;
    }

    public static bool End(this SchedulerCore core, string job, int attempt = 1, double seconds = 0) =>
        core.Apply(new JobEnded(At(seconds), job, attempt)).Changed;

    public static string[] Started(this Plan plan) => [.. plan.Starts.Select(start => start.Job)];

    public static string[] Preempted(this Plan plan) => [.. plan.Preempts.Select(preempt => preempt.Job)];

    public static string[] NodesOf(this Plan plan, string job) =>
        [.. plan.Starts.Single(start => start.Job == job).Placements.Select(placement => placement.Node)];

    public static PendingReason ReasonOf(this IEnumerable<Unschedulable> reasons, string job) =>
        reasons.Single(one => one.Job == job).Reason;
}
