namespace AkkaMLScheduler.Contracts.Client;

/// <summary>The cluster will not do what was asked, now or later; the message says what was wrong and what would be right.</summary>
public sealed class RequestRefusedException(string message) : Exception(message);

/// <summary>There is no such job.</summary>
public sealed class UnknownJobException(JobId job) : Exception($"there is no job '{job}'")
{
    public JobId JobId { get; } = job;
}

/// <summary>
/// No answer within the deadline. What was asked may have been done or not: asking again with the same job id finds out and does it once.
/// </summary>
public sealed class SchedulerUnreachableException(string message) : Exception(message);
