using System.Globalization;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling;

/// <summary>Finds why a pending job does not start.</summary>
internal static class Reasons
{
    /// <summary>Why the job is stepped over whatever is free, without blocking those behind it; null when it is considered.</summary>
    public static Unschedulable? NotConsidered(ClusterState cluster, PendingJob job, DateTimeOffset now)
    {
        var request = job.Request;
        if (request.EligibleAt > now)
            return Say(job, PendingReason.RetryBackoff, string.Create(CultureInfo.InvariantCulture,
                $"not before {request.EligibleAt.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}"));
        if (cluster.AllocationOf(request.Job) is { } earlier)
            return Say(job, PendingReason.PreviousAttempt, $"attempt {earlier.Request.Attempt} has not ended yet");
        var room = cluster.RoomWhenEmpty(job.Shape);
        if (room.Tasks >= request.Tasks) return null;
        if (cluster.Nodes.Count == 0) return Say(job, PendingReason.NoNodes, "no node is up");
        if (room.NodesMatched == 0)
            return Say(
                job, PendingReason.SelectorUnmatched, $"none of {cluster.Nodes.Count} nodes carries the labels it selects");
        return Say(job, PendingReason.InfeasibleNever,
            $"asks for {request.Tasks} x ({request.PerTask}); "
            + $"the {room.NodesMatched} nodes it may use hold {room.Tasks} such tasks when empty");
    }

    /// <summary>
    /// Why the first job in the order does not start; <paramref name="victims"/> counts whom this cycle asks to stop for it.
    /// </summary>
    public static Unschedulable Blocked(ClusterState cluster, PendingJob head, int victims)
    {
        var request = head.Request;
        var stopping = victims + cluster.StoppingFor(request.Job);
        if (stopping > 0)
            return Say(head, PendingReason.Preempting, $"waits for {stopping} attempts to stop");
        var room = cluster.RoomNow(head.Shape);
        return room == 0
            ? Say(head, PendingReason.Resources, $"no node has ({request.PerTask}) free")
            : Say(head, PendingReason.GangIncomplete, $"{room} of its {request.Tasks} tasks would fit");
    }

    public static Unschedulable Say(PendingJob job, PendingReason reason, string text) =>
        new(job.Request.Job, job.Request.Attempt, reason, text);
}
