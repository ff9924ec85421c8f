using Akka.Actor;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>
/// What the ledger says that jobs have not acted upon yet: said once when decided, and again until each job has. Not stored: after a
/// take-over everything is owed again, and jobs take a repetition for what it is.
/// </summary>
internal sealed class OwedDecisions(IActorRef jobs)
{
    private readonly HashSet<JobAttempt> _accepted = [];

    public void Accept(JobAttempt attempt) => _accepted.Add(attempt);

    /// <summary>A job may have been lost with its member after it had accepted: each is asked again.</summary>
    public void AskAgain() => _accepted.Clear();

    /// <summary>Tells what this plan decided.</summary>
    public void Tell(SchedulerCore core, Plan plan)
    {
        foreach (var start in plan.Starts)
            if (core.AllocationOf(start.Job) is { } held)
                TellStart(held);
        foreach (var job in plan.Preempts.Select(preempt => preempt.Job).Concat(plan.Expires.Select(expired => expired.Job)))
            if (core.AllocationOf(job) is { } held)
                TellStop(held, plan.At);
    }

    /// <summary>Tells that these attempts have lost ranks.</summary>
    public void TellLost(SchedulerCore core, IEnumerable<JobAttempt> attempts)
    {
        foreach (var attempt in attempts)
            if (core.AllocationOf(attempt.Job) is { } held && held.Attempt == attempt.Attempt)
                TellLost(held);
    }

    /// <summary>Tells all that is not done yet.</summary>
    public void Repeat(SchedulerCore core, DateTimeOffset now)
    {
        var allocations = core.Allocations();
        _accepted.IntersectWith(allocations.Select(a => a.Request.Id));
        foreach (var held in allocations)
        {
            if (!_accepted.Contains(held.Request.Id)) TellStart(held);
            if (held.IsStopping) TellStop(held, now);
            TellLost(held);
        }
    }

    private void TellStart(AllocationView held) => jobs.Tell(new Dispatch.StartAttempt(
        new JobId(held.Job), held.Attempt, [.. held.Placements.Select(p => new TaskPlacement(p.Rank, p.Node, p.Incarnation, p.Gpus))]));

    private void TellStop(AllocationView held, DateTimeOffset now)
    {
        var job = new JobId(held.Job);
        jobs.Tell(held switch
        {
            { Beneficiary: { } beneficiary } => new Dispatch.Preempt(job, held.Attempt, new JobId(beneficiary)),
            { Request.TimeLimit: { } limit } when held.StartedAt + limit <= now => new Dispatch.Expire(job, held.Attempt),
            _ => new Dispatch.Vacate(job, held.Attempt, "its node is drained"),
        });
    }

    private void TellLost(AllocationView held)
    {
        foreach (var lost in held.LostRanks.Select(rank => held.Placements[rank]).DistinctBy(p => (p.Node, p.Incarnation)))
            jobs.Tell(new Dispatch.NodeGone(new JobId(held.Job), held.Attempt, lost.Node, lost.Incarnation));
    }
}
