using System.Text.Json;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Scheduling.Explaining;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>Between the words of the wire and those of the scheduling core, which knows neither jobs' specs nor messages.</summary>
internal static class Translation
{
    public static Resources ToResources(this ResourceSpec spec) => new(spec.MilliCpu, spec.MemoryBytes, spec.Gpus * (long)Resources.PerGpu);

    public static JobRequest ToRequest(this Dispatch.Enqueue c) => new(
        c.JobId.Value, c.Attempt, c.Queue ?? JobSpec.DefaultQueue, c.Priority, c.Tasks, c.Resources.ToResources(), c.SubmittedAt, c.EligibleAt)
    {
        MinTasks = c.MinTasks,
        Estimate = c.Estimate,
        TimeLimit = c.TimeLimit,
        After = [.. (c.After ?? []).Select(one => new JobDependency(one.Job.Value, one.Any ? DependencyKind.AfterAny : DependencyKind.AfterOk))],
        Held = c.Held,
        Selector = c.NodeSelector ?? NodeCapacity.NoLabels,
        Preemptions = c.Preemptions,
    };

    public static NodeCapacity ToCapacity(this Dispatch.RegisterNode c) => new(c.Node, c.Incarnation, c.Capacity.ToResources(), c.Labels);

    public static JobVerdict? ToVerdict(this JobStatus? outcome) => outcome switch
    {
        null => null,
        JobStatus.Succeeded => JobVerdict.Succeeded,
        JobStatus.Cancelled => JobVerdict.Cancelled,
        _ => JobVerdict.Failed,
    };

    public static SchedulerReplies.Explained ToReply(this Explanation why) => new(
        new JobId(why.Job), why.Attempt, JsonNamingPolicy.CamelCase.ConvertName(why.Reason.ToString()), why.Text, why.Position,
        why.Blockers is { } b ? new BlockedBy(b.Running, b.Pending, b.Queues, b.Nodes) : null,
        why.ExpectedStart, [.. why.Alternatives.Select(one => one.Text)]);
}
