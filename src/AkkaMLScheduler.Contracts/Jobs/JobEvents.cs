namespace AkkaMLScheduler.Contracts;

/// <summary>What a job's journal holds. Extend only: a stored event is read for ever.</summary>
public interface IJobEvent
{
    JobId JobId { get; }

    DateTimeOffset At { get; }
}

public static class JobEvents
{
    public sealed record Submitted(JobId JobId, JobSpec Spec, string SubmittedBy, DateTimeOffset At) : IJobEvent;

    /// <param name="ResumeStep">The step whose checkpoints every rank starts from; null starts at the beginning.</param>
    public sealed record AttemptStarted(
        JobId JobId, int Attempt, IReadOnlyList<TaskPlacement> Placements, long? ResumeStep, DateTimeOffset At) : IJobEvent;

    /// <summary>Every rank reported that it runs.</summary>
    public sealed record AttemptRunning(JobId JobId, int Attempt, DateTimeOffset At) : IJobEvent
    {
        /// <summary>What runs it, by name and version, as a rank reported it. Null where none did.</summary>
        public IReadOnlyDictionary<string, string>? Software { get; init; }
    }

    /// <param name="Uri">Where the checkpoint lies; readable from every worker.</param>
    /// <param name="Sha256">Of the file, lower-case hexadecimal.</param>
    public sealed record CheckpointSaved(
        JobId JobId, int Attempt, int Rank, long Step, string Uri, string Sha256, long Bytes,
        IReadOnlyDictionary<string, double> Metrics, DateTimeOffset At) : IJobEvent;

    public sealed record TaskEnded(
        JobId JobId, int Attempt, int Rank, TaskEnd End, string Reason,
        IReadOnlyDictionary<string, double> Metrics, DateTimeOffset At) : IJobEvent;

    /// <summary>The scheduler wants the place for another job; the attempt's tasks are asked to checkpoint and stop.</summary>
    public sealed record PreemptionRequested(JobId JobId, int Attempt, JobId Beneficiary, DateTimeOffset At) : IJobEvent;

    /// <summary>The attempt ran for longer than the job's time limit; its tasks are asked to stop.</summary>
    public sealed record TimeLimitReached(JobId JobId, int Attempt, DateTimeOffset At) : IJobEvent;

    /// <summary>A node of the attempt is drained or leaves; its tasks are asked to checkpoint and stop, and another attempt follows.</summary>
    public sealed record VacationRequested(JobId JobId, int Attempt, string Reason, DateTimeOffset At) : IJobEvent;

    /// <summary>No further attempt starts until the job is resumed.</summary>
    public sealed record Held(JobId JobId, string RequestedBy, DateTimeOffset At) : IJobEvent;

    public sealed record Resumed(JobId JobId, string RequestedBy, DateTimeOffset At) : IJobEvent;

    public sealed record CancellationRequested(JobId JobId, string RequestedBy, DateTimeOffset At) : IJobEvent;

    /// <summary>The attempt is over on every rank; its place may be given away.</summary>
    public sealed record AttemptEnded(JobId JobId, int Attempt, AttemptEnd End, string Reason, DateTimeOffset At) : IJobEvent;

    /// <summary>The job waits for its next attempt, not before <paramref name="EligibleAt"/>.</summary>
    public sealed record Requeued(JobId JobId, int NextAttempt, DateTimeOffset EligibleAt, DateTimeOffset At) : IJobEvent;

    public sealed record Ended(JobId JobId, JobStatus Status, string Reason, DateTimeOffset At) : IJobEvent;
}
