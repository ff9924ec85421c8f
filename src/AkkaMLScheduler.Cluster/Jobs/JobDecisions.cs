using System.Collections.Immutable;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Jobs;

/// <summary>The rules of a job's life: a state, a command and the time in, events and answers out. No clock, no ids drawn, no I/O.</summary>
public static class JobDecisions
{
    /// <summary>A job that loses this many attempts to nodes and peers is more likely their cause than their victim.</summary>
    public const int MaxInterruptions = 50;

    public static Decision Decide(this JobState job, IJobCommand command, DateTimeOffset now)
    {
        var decision = command switch
        {
            JobCommands.Submit c => Submit(job, c, now),
            JobCommands.Cancel c => Cancel(job, c, now),
            JobCommands.Hold c => Hold(job, c, hold: true, new JobEvents.Held(c.JobId, c.RequestedBy, now)),
            JobCommands.Resume c => Hold(job, c, hold: false, new JobEvents.Resumed(c.JobId, c.RequestedBy, now)),
            _ when !job.IsKnown => Unknown(command),
            Dispatch.StartAttempt c => Start(job, c, now),
            Dispatch.Preempt c => Stop(job, c.Attempt, JobTurn.Preempt, new JobEvents.PreemptionRequested(c.JobId, c.Attempt, c.Beneficiary, now)),
            Dispatch.Expire c => Stop(job, c.Attempt, JobTurn.Stop, new JobEvents.TimeLimitReached(c.JobId, c.Attempt, now)),
            Dispatch.Vacate c => Stop(job, c.Attempt, JobTurn.Stop, new JobEvents.VacationRequested(c.JobId, c.Attempt, c.Reason, now)),
            Dispatch.NodeGone c => NodeGone(job, c, now),
            WorkerReports.SaveCheckpoint c => SaveCheckpoint(job, c, now),
            WorkerReports.TaskEnded c => TaskEnded(job, c, now),
            _ => Decision.Nothing,
        };
        return Conclude(job, decision, now);
    }

    /// <summary>All ranks run, as the job's actor has heard from their workers.</summary>
    public static Decision AllTasksRun(this JobState job, DateTimeOffset now, IReadOnlyDictionary<string, string>? software = null) => job.Status == JobStatus.Starting
        ? new Decision([new JobEvents.AttemptRunning(job.Id, job.Attempt, now) { Software = software }])
        : Decision.Nothing;

    private static Decision Submit(JobState job, JobCommands.Submit c, DateTimeOffset now) => job.Spec switch
    {
        null => new Decision([new JobEvents.Submitted(job.Id, c.Spec, c.SubmittedBy, now)], new JobReplies.Accepted(job.Id, JobLifecycle.First(c.Spec), false)),
        { } spec when spec.SameAs(c.Spec) => Decision.Answer(new JobReplies.Accepted(job.Id, job.Status, true)),
        _ => Decision.Answer(new JobReplies.Refused(job.Id, $"job '{job.Id}' exists already with another spec; choose another id")),
    };

    private static Decision Cancel(JobState job, JobCommands.Cancel c, DateTimeOffset now)
    {
        if (!job.IsKnown) return Decision.Answer(new JobReplies.Refused(c.JobId, $"there is no job '{c.JobId}'"));
        if (job.Status.IsTerminal() || job.CancelRequested) return Decision.Answer(new JobReplies.Accepted(job.Id, job.Status, true));
        var requested = new JobEvents.CancellationRequested(job.Id, c.RequestedBy, now);
        return job.Status.HasAttempt()
            ? new Decision([requested], new JobReplies.Accepted(job.Id, JobStatus.Stopping, false))
            : new Decision(
                [requested, new JobEvents.Ended(job.Id, JobStatus.Cancelled, $"cancelled by {c.RequestedBy}", now)],
                new JobReplies.Accepted(job.Id, JobStatus.Cancelled, false));
    }

    private static Decision Hold(JobState job, IJobCommand c, bool hold, IJobEvent change)
    {
        if (!job.IsKnown) return Decision.Answer(new JobReplies.Refused(c.JobId, $"there is no job '{c.JobId}'"));
        if (job.Status.IsTerminal()) return Decision.Answer(new JobReplies.Refused(job.Id, $"job '{job.Id}' has ended; it cannot be {(hold ? "held" : "resumed")}"));
        return job.HoldRequested == hold
            ? Decision.Answer(new JobReplies.Accepted(job.Id, job.Status, true))
            : new Decision([change], new JobReplies.Accepted(job.Id, job.Apply(change).Status, false));
    }

    /// <summary>The ledger or a worker knows a job whose journal is empty: let go of whatever it holds.</summary>
    private static Decision Unknown(IJobCommand command) => command switch
    {
        Dispatch.StartAttempt c => Release(c.JobId, c.Attempt),
        Dispatch.Preempt c => Release(c.JobId, c.Attempt),
        Dispatch.Expire c => Release(c.JobId, c.Attempt),
        Dispatch.Vacate c => Release(c.JobId, c.Attempt),
        Dispatch.NodeGone c => Release(c.JobId, c.Attempt),
        WorkerReports.SaveCheckpoint c => Decision.Answer(Verdict(c, false)),
        WorkerReports.TaskEnded c => Decision.Answer(Stored(c)),
        _ => Decision.Nothing,
    };

    private static Decision Start(JobState job, Dispatch.StartAttempt c, DateTimeOffset now)
    {
        if (IsOver(job, c.Attempt)) return Release(job, c.Attempt);
        var accepted = new Dispatch.AttemptAccepted(job.Id, c.Attempt);
        return job.Status.HasAttempt()
            ? new Decision([], ToScheduler: accepted)
            : new Decision([new JobEvents.AttemptStarted(job.Id, c.Attempt, c.Placements, job.CommonStep, now)], ToScheduler: accepted);
    }

    /// <summary>Each reason is taken once; a later one adds to it only while the table has a turn for it.</summary>
    private static Decision Stop(JobState job, int attempt, JobTurn turn, IJobEvent asked)
    {
        if (IsOver(job, attempt)) return Release(job, attempt);
        if (!job.Status.HasAttempt() || job.Status.After(turn) is null) return Decision.Nothing;
        var isKnown = asked switch
        {
            JobEvents.PreemptionRequested => job.PreemptedFor is not null,
            JobEvents.TimeLimitReached => job.TimedOut,
            _ => job.Vacates is not null,
        };
        return isKnown ? Decision.Nothing : new Decision([asked]);
    }

    private static Decision NodeGone(JobState job, Dispatch.NodeGone c, DateTimeOffset now)
    {
        if (IsOver(job, c.Attempt)) return Release(job, c.Attempt);
        var lost = job.Tasks
            .Where(t => t.End is null && t.Placement.Node == c.Node && t.Placement.Incarnation == c.Incarnation)
            .Select(t => new JobEvents.TaskEnded(
                job.Id, c.Attempt, t.Placement.Rank, TaskEnd.NodeLost, $"node '{c.Node}' was lost", ImmutableDictionary<string, double>.Empty, now));
        return new Decision([.. lost]);
    }

    private static Decision SaveCheckpoint(JobState job, WorkerReports.SaveCheckpoint c, DateTimeOffset now)
    {
        if (!IsCurrent(job, c.Attempt, c.Rank)) return Decision.Answer(Verdict(c, false));
        var known = job.Checkpoints.Any(k => k.Attempt == c.Attempt && k.Rank == c.Rank && k.Step == c.Step);
        return known
            ? Decision.Answer(Verdict(c, true))
            : new Decision(
                [new JobEvents.CheckpointSaved(job.Id, c.Attempt, c.Rank, c.Step, c.Uri, c.Sha256, c.Bytes, c.Metrics, now)], Verdict(c, true));
    }

    private static Decision TaskEnded(JobState job, WorkerReports.TaskEnded c, DateTimeOffset now) => IsCurrent(job, c.Attempt, c.Rank)
        ? new Decision([new JobEvents.TaskEnded(job.Id, c.Attempt, c.Rank, c.End, c.Reason, c.Metrics, now)], Stored(c))
        : Decision.Answer(Stored(c));

    /// <summary>Once the last rank has ended the attempt has, and the job either has too or waits for its next attempt.</summary>
    private static Decision Conclude(JobState before, Decision decision, DateTimeOffset now)
    {
        if (decision.Events.IsEmpty) return decision;
        var job = decision.Events.Aggregate(before, (state, e) => state.Apply(e));
        if (!job.Status.HasAttempt() || !job.AllTasksEnded) return decision;

        var (end, reason) = EndOf(job);
        var attemptEnded = new JobEvents.AttemptEnded(job.Id, job.Attempt, end, reason, now);
        var after = job.Apply(attemptEnded);
        IJobEvent next = end switch
        {
            AttemptEnd.Succeeded => new JobEvents.Ended(job.Id, JobStatus.Succeeded, reason, now),
            AttemptEnd.Cancelled => new JobEvents.Ended(job.Id, JobStatus.Cancelled, reason, now),
            AttemptEnd.TimedOut => new JobEvents.Ended(job.Id, JobStatus.Failed, reason, now),
            AttemptEnd.Failed when after.Failures > after.Spec!.Retry.Max => new JobEvents.Ended(job.Id, JobStatus.Failed, reason, now),
            AttemptEnd.Failed => new JobEvents.Requeued(job.Id, job.Attempt + 1, now + after.Spec!.Retry.DelayAfter(job.Id, after.Failures), now),
            AttemptEnd.Interrupted when after.Interruptions > MaxInterruptions =>
                new JobEvents.Ended(job.Id, JobStatus.Failed, $"interrupted {after.Interruptions} times, last: {reason}", now),
            AttemptEnd.Interrupted => new JobEvents.Requeued(job.Id, job.Attempt + 1, now + AfterInterruption(after), now),
            _ => new JobEvents.Requeued(job.Id, job.Attempt + 1, now, now),
        };
        return decision with { Events = [.. decision.Events, attemptEnded, next] };
    }

    /// <summary>The first loss is nobody's fault; a place that keeps breaking is approached more slowly.</summary>
    private static TimeSpan AfterInterruption(JobState job) =>
        job.Interruptions <= 1 ? TimeSpan.Zero : job.Spec!.Retry.DelayAfter(job.Id, job.Interruptions - 1);

    /// <summary>A rank's own fault outweighs what it did to its peers; a lost node outweighs the wish to preempt.</summary>
    private static (AttemptEnd End, string Reason) EndOf(JobState job)
    {
        if (job.Tasks.All(t => t.End == TaskEnd.Succeeded)) return (AttemptEnd.Succeeded, "");
        if (job.CancelRequested) return (AttemptEnd.Cancelled, "cancelled");
        if (job.TimedOut) return (AttemptEnd.TimedOut, $"ran for longer than its time limit of {job.Spec!.TimeLimit}");
        if ((First(job, TaskEnd.Failed) ?? First(job, TaskEnd.CheckpointUnusable)) is { } failed) return (AttemptEnd.Failed, failed);
        if (First(job, TaskEnd.NodeLost) is { } lost) return (AttemptEnd.Interrupted, lost);
        if (job.PreemptedFor is { } beneficiary) return (AttemptEnd.Preempted, $"preempted for job '{beneficiary}'");
        if (job.Vacates is { } why) return (AttemptEnd.Drained, why);
        return (AttemptEnd.Interrupted, First(job, TaskEnd.PeerLost) ?? First(job, TaskEnd.Stopped) ?? "");
    }

    private static string? First(JobState job, TaskEnd end) => job.Tasks
        .Where(t => t.End == end)
        .Select(t => job.Tasks.Length == 1 ? t.Reason : $"rank {t.Placement.Rank}: {t.Reason}")
        .FirstOrDefault();

    private static bool IsOver(JobState job, int attempt) => job.Status.IsTerminal() || attempt < job.Attempt;

    private static bool IsCurrent(JobState job, int attempt, int rank) =>
        job.Status.HasAttempt() && attempt == job.Attempt && rank >= 0 && rank < job.Tasks.Length && job.Tasks[rank].End is null;

    private static Decision Release(JobId job, int attempt) => new([], ToScheduler: new Dispatch.Release(job, attempt));

    private static Decision Release(JobState job, int attempt) => new([], ToScheduler: new Dispatch.Release(job.Id, attempt, job.Outcome));

    private static WorkerReports.CheckpointVerdict Verdict(WorkerReports.SaveCheckpoint c, bool counts) =>
        new(c.JobId, c.Attempt, c.Rank, c.Step, counts);

    private static WorkerReports.EndStored Stored(WorkerReports.TaskEnded c) => new(c.JobId, c.Attempt, c.Rank);
}
