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
        GiveBack();
        var holders = new Dictionary<(NodeState Node, int Gpu), List<JobAttempt>>();
        foreach (var held in _cluster.Allocations.OrderBy(held => held.Request.Job, StringComparer.Ordinal))
        {
            if (held.Vacated) continue;
            for (var rank = 0; rank < held.Nodes.Length; rank++)
            {
                foreach (var gpu in held.Placements[rank].Gpus)
                {
                    if (!holders.TryGetValue((held.Nodes[rank], gpu), out var there)) holders.Add((held.Nodes[rank], gpu), there = []);
                    there.Add(held.Request.Id);
                }
            }
        }

        return [.. _cluster.Nodes.All.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => new NodeView(
            node.Capacity, node.Free, node.IsOpen,
            [.. Enumerable.Range(0, node.Room.Gpus.Count)
                .Select(gpu => new GpuView(node.Room.Gpus.Free[gpu], holders.GetValueOrDefault((node, gpu)) ?? []))]))];
    }

    /// <summary>The pending attempts: those that may start in the policy's order, given what is in use now; then the others by arrival.</summary>
    public IReadOnlyList<JobRequest> Pending()
    {
        GiveBack();
        return [.. InOrder().Select(job => job.Request)];
    }

    /// <summary>Who holds what, by job id.</summary>
    public IReadOnlyList<AllocationView> Allocations() =>
        [.. _cluster.Allocations.OrderBy(held => held.Request.Job, StringComparer.Ordinal).Select(View)];

    /// <summary>What this job holds; null when it holds nothing.</summary>
    public AllocationView? AllocationOf(string job) => _cluster.AllocationOf(job) is { } held ? View(held) : null;

    /// <summary>The attempt of this job that waits; null when none does.</summary>
    public JobRequest? PendingOf(string job) => _pending.Find(job)?.Request;

    /// <summary>The start promised to this job and the place held for it; null when there is none.</summary>
    public Reservation? ReservationOf(string job) => _pending.Find(job)?.Reservation;

    /// <summary>
    /// When a plan may say something new without any input: the first end of a backoff, held place that comes due, or time limit after
    /// <paramref name="now"/>. Null when only an input can change anything. Exact for instants not before the last input.
    /// </summary>
    public DateTimeOffset? NextWake(DateTimeOffset now)
    {
        var next = _pending.NextInstant(now);
        foreach (var held in _cluster.ByDeadline)
        {
            if (held.Deadline <= now) continue;
            return next < held.Deadline ? next : held.Deadline;
        }

        return next;
    }

    /// <summary>
    /// Why each pending attempt does not start at this instant, in the order of <see cref="Pending"/>; those that would start say
    /// <see cref="PendingReason.Startable"/>. Costs one cycle in which every job is looked at.
    /// </summary>
    public IReadOnlyList<Unschedulable> Explain(DateTimeOffset now)
    {
        var plan = Run(now, lookAtAll: true);
        GiveBack();
        var starts = plan.Starts.Select(start => start.Job).ToHashSet(StringComparer.Ordinal);
        var seen = new Dictionary<string, Unschedulable>(StringComparer.Ordinal);
        foreach (var one in plan.Unschedulable) seen.TryAdd(one.Job, one);
        var head = plan.Unschedulable.LastOrDefault(one => one.Reason
            is PendingReason.Resources or PendingReason.GangIncomplete or PendingReason.Preempting);
        return [.. InOrder().Select(job =>
            starts.Contains(job.Request.Job) ? Reasons.Say(job, PendingReason.Startable, "starts in this cycle")
            : seen.GetValueOrDefault(job.Request.Job) ?? Reasons.NotReady(_cluster, job, now) ?? Reasons.Dependent(job, VerdictOf)
                ?? Reasons.Infeasible(_cluster, job)
                ?? Reasons.Say(job, PendingReason.Priority, $"behind {head?.Job ?? "a blocked job"}, which is first and cannot start"))];
    }

    private IEnumerable<PendingJob> InOrder() => _pending.Promised
        .Concat(_pending.Queue.InOrder(new Skips(_pending.NextReading()) { LookAtAll = true, ReadsAhead = true }).Where(job => !job.Promised))
        .Concat(_pending.Parked.Where(job => !job.Promised));

    private AllocationView View(Allocation held)
    {
        var lost = new List<int>();
        for (var rank = 0; rank < held.Nodes.Length; rank++)
            if (!held.Nodes[rank].Live)
                lost.Add(rank);
        return new AllocationView(held.Request, held.StartedAt, held.Placements, held.Beneficiary, lost)
        {
            IsStopping = held.Stopping,
            PredictedEnd = held.PredictedEnd,
        };
    }
}
