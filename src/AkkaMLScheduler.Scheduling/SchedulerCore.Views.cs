using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling;

/// <content>What can be read from the state. Every list is a copy in a fixed order.</content>
public sealed partial class SchedulerCore
{
    public int PendingCount => _pending.Count;

    public int AllocationCount => _cluster.AllocationCount;

    public int NodeCount => _cluster.Nodes.Count;

    /// <summary>The nodes that are up, by name.</summary>
    public IReadOnlyList<NodeView> Nodes()
    {
        var holders = new Dictionary<NodeState, JobAttempt?[]>();
        foreach (var node in _cluster.Nodes.All) holders.Add(node, new JobAttempt?[node.Slots.Count]);
        foreach (var held in _cluster.Allocations)
            for (var rank = 0; rank < held.Nodes.Length; rank++)
                if (holders.TryGetValue(held.Nodes[rank], out var slots))
                    foreach (var gpu in held.Placements[rank].Gpus)
                        slots[gpu] = held.Request.Id;
        return [.. holders.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal)
            .Select(pair => new NodeView(pair.Key.Capacity, pair.Key.Free, pair.Value))];
    }

    /// <summary>The pending attempts in the policy's order, given what is in use now.</summary>
    public IReadOnlyList<JobRequest> Pending() => [.. _pending.Queue.InOrder(_cluster).Select(job => job.Request)];

    /// <summary>Who holds what, by job id.</summary>
    public IReadOnlyList<AllocationView> Allocations() =>
        [.. _cluster.Allocations.OrderBy(held => held.Request.Job, StringComparer.Ordinal).Select(View)];

    /// <summary>What this job holds; null when it holds nothing.</summary>
    public AllocationView? AllocationOf(string job) => _cluster.AllocationOf(job) is { } held ? View(held) : null;

    /// <summary>The attempt of this job that waits; null when none does.</summary>
    public JobRequest? PendingOf(string job) => _pending.Find(job)?.Request;

    /// <summary>
    /// When a plan may say something new without any input: the first end of a backoff after <paramref name="now"/>. Null when only an
    /// input can change anything. Exact for instants not before the last input.
    /// </summary>
    public DateTimeOffset? NextEligible(DateTimeOffset now) => _pending.NextEligible(now);

    /// <summary>
    /// Why each pending attempt does not start at this instant, in the policy's order; those that would start say
    /// <see cref="PendingReason.Startable"/>. Costs one cycle and a line per pending attempt.
    /// </summary>
    public IReadOnlyList<Unschedulable> Explain(DateTimeOffset now)
    {
        var plan = Plan(now);
        var starts = plan.Starts.Select(start => start.Job).ToHashSet(StringComparer.Ordinal);
        var head = plan.Unschedulable.LastOrDefault(one => one.Reason
            is PendingReason.Resources or PendingReason.GangIncomplete or PendingReason.Preempting);
        var looked = plan.Unschedulable.ToDictionary(one => one.Job, StringComparer.Ordinal);
        return [.. _pending.Queue.InOrder(_cluster).Select(job =>
            starts.Contains(job.Request.Job) ? Reasons.Say(job, PendingReason.Startable, "starts in this cycle")
            : looked.GetValueOrDefault(job.Request.Job) ?? Reasons.NotConsidered(_cluster, job, now)
                ?? Reasons.Say(job, PendingReason.Priority, $"behind {head?.Job ?? "a blocked job"}, which is first and cannot start"))];
    }

    private AllocationView View(Allocation held)
    {
        var lost = new List<int>();
        for (var rank = 0; rank < held.Nodes.Length; rank++)
            if (!held.Nodes[rank].Live)
                lost.Add(rank);
        return new AllocationView(held.Request, held.StartedAt, held.Placements, held.Beneficiary, lost);
    }
}
