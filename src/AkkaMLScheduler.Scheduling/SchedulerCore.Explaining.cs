using AkkaMLScheduler.Scheduling.Explaining;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling;

/// <content>Why a job waits, when it will start, and what would change that.</content>
public sealed partial class SchedulerCore
{
    /// <summary>Above so many running and pending jobs, blockers and alternatives are not searched for: it would take too many tries.</summary>
    public const int MaxJobsSearched = 20_000;

    /// <summary>
    /// All about one pending job at this instant; null when it does not wait. Works on copies, a few dozen of them: meant for one question
    /// at a time, not for every job in every cycle.
    /// </summary>
    public Explanation? Explain(string job, DateTimeOffset now)
    {
        var reasons = Explain(now);
        var position = 0;
        while (position < reasons.Count && reasons[position].Job != job) position++;
        if (position == reasons.Count || _pending.Find(job) is not { } pending) return null;
        var (_, attempt, reason, text) = reasons[position];
        var isSmall = _pending.Count + _cluster.AllocationCount <= MaxJobsSearched;
        var search = isSmall && reason is not (PendingReason.Startable or PendingReason.RetryBackoff or PendingReason.Held);
        return new Explanation(
            job, attempt, reason, text, position + 1,
            search && new BlockerSearch(this, job, now).Find(BlockersOf(pending, now)) is { } blockers ? Sorted(blockers) : null,
            Forecast(now, job).Starts.TryGetValue(job, out var start) ? start : null,
            search ? AlternativesTo(pending, now) : []);
    }

    /// <summary>
    /// Runs a copy of the state forward: jobs run for exactly their estimates, those without one for ever. Preempted attempts wait again
    /// at once, and start from the beginning.
    /// </summary>
    /// <param name="now">The instant to start from.</param>
    /// <param name="until">Stop once this job has started; null for all.</param>
    public Forecast Forecast(DateTimeOffset now, string? until = null)
    {
        var fork = Fork();
        var starts = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        for (var instant = 0; instant < Explaining.Forecast.MaxInstants; instant++)
        {
            fork.EndThoseDue(now);
            var plan = fork.Plan(now);
            fork.Commit(plan);
            foreach (var start in plan.Starts) starts.TryAdd(start.Job, now);
            if (fork.PendingCount == 0 || (until is not null && starts.ContainsKey(until))) return new Forecast(starts, false);
            if (plan.Preempts.Count > 0 || plan.Expires.Count > 0)
                fork.StopThoseAsked(now);
            else if (fork.NextChange(now) is { } next)
                now = next;
            else
                return new Forecast(starts, false);
        }

        return new Forecast(starts, true);
    }

    /// <summary>Takes the quotas of these queues away.</summary>
    internal void LiftQuotas(IReadOnlyCollection<string> queues, DateTimeOffset now)
    {
        if (queues.Count > 0)
            Apply(new QueuesChanged(now, [.. _cluster.Queues.Specs.Select(spec => queues.Contains(spec.Queue) ? spec with { Quota = null } : spec)]));
    }

    private static Blockers Sorted(IReadOnlyList<Blocker> found)
    {
        IReadOnlyList<string> Names(Blocker.Kind kind) => [.. found.Where(one => one.What == kind).Select(one => one.Name).Order(StringComparer.Ordinal)];
        return new Blockers(Names(Blocker.Kind.Running), Names(Blocker.Kind.Pending), Names(Blocker.Kind.Queue), Names(Blocker.Kind.Node));
    }

    /// <summary>All that could be in its way: the likeliest first, as those are preferred.</summary>
    private List<Blocker> BlockersOf(PendingJob job, DateTimeOffset now)
    {
        var all = new List<Blocker>();
        for (var queue = job.Queue; queue is not null; queue = queue.Parent)
            if (queue.Quota is not null)
                all.Add(new Blocker(Blocker.Kind.Queue, queue.Path, new QueuesChanged(now, [])));
        all.AddRange(_cluster.Closed.Keys.Select(node => new Blocker(Blocker.Kind.Node, node, new NodeUncordoned(now, node))));
        all.AddRange(InOrder().Where(other => other != job).Select(other =>
            new Blocker(Blocker.Kind.Pending, other.Request.Job, new JobEnded(now, other.Request.Job, other.Request.Attempt, JobVerdict.Succeeded))));
        all.AddRange(_cluster.Allocations.OrderBy(held => held.PredictedEnd ?? DateTimeOffset.MaxValue)
            .ThenBy(held => held.Request.Job, StringComparer.Ordinal).Select(held =>
                new Blocker(Blocker.Kind.Running, held.Request.Job, new JobEnded(now, held.Request.Job, held.Request.Attempt, JobVerdict.Succeeded))));
        return all;
    }

    private IReadOnlyList<Alternative> AlternativesTo(PendingJob job, DateTimeOffset now)
    {
        var fork = Fork();
        return [.. new AlternativeSearch(request =>
        {
            fork.Replace(request);
            return fork.Plan(now).Starts.Any(start => start.Job == request.Job);
        }).Of(job.Request)];
    }

    /// <summary>Puts another request in a waiting job's place.</summary>
    private void Replace(JobRequest request)
    {
        GiveBack();
        var old = _pending.Find(request.Job)!;
        Withdraw(old);
        var job = new PendingJob(request, old.Sequence, old.Queue) { Held = old.Held };
        Add(job);
        if (old.Promised) _pending.Promise(job);
    }

    private void EndThoseDue(DateTimeOffset now)
    {
        GiveBack();
        while (_cluster.ByPrediction.First is { } held && held.PredictedEnd <= now) EndAt(held, now, JobVerdict.Succeeded);
    }

    private void StopThoseAsked(DateTimeOffset now)
    {
        foreach (var held in _cluster.Stopping.OrderBy(held => held.Request.Job, StringComparer.Ordinal).ToList())
        {
            var isOver = held.Deadline <= now;
            EndAt(held, now, isOver ? JobVerdict.Failed : null);
            if (!isOver)
                Apply(new JobQueued(now, held.Request with { Attempt = held.Request.Attempt + 1, Preemptions = held.Request.Preemptions + 1 }));
        }
    }

    private void EndAt(Allocation held, DateTimeOffset now, JobVerdict? verdict) =>
        Apply(new JobEnded(now, held.Request.Job, held.Request.Attempt, verdict));

    private DateTimeOffset? NextChange(DateTimeOffset now)
    {
        var wake = NextWake(now);
        var end = _cluster.ByPrediction.First?.PredictedEnd;
        return wake < end || end is null ? wake : end;
    }
}
