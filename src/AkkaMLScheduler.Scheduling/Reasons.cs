using System.Globalization;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling;

/// <summary>Finds why a pending job does not start.</summary>
internal static class Reasons
{
    /// <summary>Why the job may not start yet, whatever is free; null when it may. What it depends on is not looked at.</summary>
    public static Unschedulable? NotReady(ClusterState cluster, PendingJob job, DateTimeOffset now)
    {
        var request = job.Request;
        if (job.Held) return Say(job, PendingReason.Held, "held until it is released");
        if (request.EligibleAt > now) return Say(job, PendingReason.RetryBackoff, $"not before {Instant(request.EligibleAt)}");
        // A first attempt has none before it.
        return request.Attempt > 1 && cluster.AllocationOf(request.Job) is { } earlier
            ? Say(job, PendingReason.PreviousAttempt, $"attempt {earlier.Request.Attempt} has not ended yet")
            : null;
    }

    /// <summary>Which of the jobs it depends on keeps it waiting; null when none does.</summary>
    public static Unschedulable? Dependent(PendingJob job, Func<string, JobVerdict?> verdictOf)
    {
        foreach (var (other, kind) in job.Request.After)
        {
            var verdict = verdictOf(other);
            if (verdict is null) return Say(job, PendingReason.Dependency, $"waits for {other} to be over");
            if (kind == DependencyKind.AfterOk && verdict != JobVerdict.Succeeded)
                return Say(job, PendingReason.DependencyNeverSatisfied, $"needs {other} to succeed, but that was {verdict.ToString()!.ToLowerInvariant()}");
        }

        return null;
    }

    /// <summary>Why no free room would be enough; null when the empty cluster could hold the gang on nodes that are open.</summary>
    public static Unschedulable? Infeasible(ClusterState cluster, PendingJob job)
    {
        var request = job.Request;
        var room = cluster.RoomWhenEmpty(job.Gang);
        if (room.Tasks >= request.FewestTasks) return null;
        if (cluster.Nodes.Count == 0) return Say(job, PendingReason.NoNodes, "no node is up");
        if (room.NodesMatched == 0)
            return Say(job, PendingReason.SelectorUnmatched, $"none of {cluster.Nodes.Count} nodes carries the labels it selects");
        if (room.TasksWithClosed >= request.FewestTasks)
            return Say(job, PendingReason.NodesCordoned, $"the open nodes hold {room.Tasks} of its {request.FewestTasks} tasks when empty; with those cordoned it would fit");
        return Say(job, PendingReason.InfeasibleNever,
            $"asks for {request.FewestTasks} x ({request.PerTask}); "
            + $"the {room.NodesMatched} nodes it may use hold {room.TasksWithClosed} such tasks when empty");
    }

    /// <summary>Which limit it would exceed; null when none. A queue at its quota is closed: none of its jobs passes the one that waits for it.</summary>
    public static Unschedulable? Limited(ClusterState cluster, PendingJob job, Dictionary<string, int> startedInArray, Skips skips)
    {
        var request = job.Request;
        if (request is { ArrayLimit: > 0, Array: { } array })
        {
            var running = cluster.RunningInArray(array) + startedInArray.GetValueOrDefault(array);
            if (running >= request.ArrayLimit)
                return Say(job, PendingReason.ArrayLimit, $"{running} jobs of array {array} run, and no more than {request.ArrayLimit} may");
        }

        // An elastic gang counts with all its tasks, so that it never grows its queue beyond the quota.
        var ask = request.PerTask * request.Tasks;
        if (job.Queue.OverQuota(ask) is not { } full) return null;
        if (!full.Quota!.Value.Covers(ask))
            return Say(job, PendingReason.QueueQuota, $"asks for {ask}, more than the whole quota of queue {full.Path} ({full.Quota})");
        var text = $"queue {full.Path} uses {full.Usage} of its quota of {full.Quota}";
        skips.Close(full, PendingReason.QueueQuota, $"behind {request.Job}: {text}");
        return Say(job, PendingReason.QueueQuota, text);
    }

    /// <summary>It does not fit; so many of its tasks would.</summary>
    public static Unschedulable DoesNotFit(PendingJob job, long room)
    {
        var request = job.Request;
        return room == 0
            ? Say(job, PendingReason.Resources, $"no node has ({request.PerTask}) free")
            : Say(job, PendingReason.GangIncomplete, $"{room} of its {request.FewestTasks} tasks would fit");
    }

    public static Unschedulable Say(PendingJob job, PendingReason reason, string text) =>
        new(job.Request.Job, job.Request.Attempt, reason, text);

    public static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
