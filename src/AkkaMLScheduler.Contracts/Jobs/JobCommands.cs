namespace AkkaMLScheduler.Contracts;

/// <summary>Anything addressed to one job; the shard is chosen by <see cref="JobId"/>.</summary>
public interface IJobCommand
{
    JobId JobId { get; }
}

/// <summary>What users and other services ask of a job.</summary>
public static class JobCommands
{
    /// <summary>Asks for a new job. Answered with <see cref="JobReplies.Accepted"/> once stored, or <see cref="JobReplies.Refused"/>.</summary>
    /// <remarks>Submitting the same spec under the same id again is answered as the first time; another spec is refused.</remarks>
    public sealed record Submit(JobId JobId, JobSpec Spec, string SubmittedBy) : IJobCommand;

    /// <summary>Asks a job to end. Answered with <see cref="JobReplies.Accepted"/> once stored, also when it has ended already.</summary>
    public sealed record Cancel(JobId JobId, string RequestedBy) : IJobCommand;

    /// <summary>
    /// Asks that no further attempt of a job starts until it is resumed; one that is under way goes on. Answered with
    /// <see cref="JobReplies.Accepted"/> once stored, or <see cref="JobReplies.Refused"/> when the job has ended.
    /// </summary>
    public sealed record Hold(JobId JobId, string RequestedBy) : IJobCommand;

    /// <summary>Ends a hold. Answered as <see cref="Hold"/>.</summary>
    public sealed record Resume(JobId JobId, string RequestedBy) : IJobCommand;
}

public static class JobReplies
{
    /// <param name="AlreadyKnown">Nothing changed: the same request had been stored before.</param>
    public sealed record Accepted(JobId JobId, JobStatus Status, bool AlreadyKnown);

    public sealed record Refused(JobId JobId, string Reason);
}
