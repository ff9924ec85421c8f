using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cli;

/// <summary>What the process ends with.</summary>
public static class ExitCodes
{
    public const int Success = 0;

    /// <summary>What was asked about did not go well: a job failed, a count does not add up.</summary>
    public const int Failed = 1;

    /// <summary>The request cannot be taken as it is: bad input, no connection, a port in use.</summary>
    public const int BadInput = 2;

    public const int Cancelled = 3;

    public const int TimedOut = 4;

    public static int Of(JobStatus status) => status switch
    {
        JobStatus.Succeeded => Success,
        JobStatus.Cancelled => Cancelled,
        _ => Failed,
    };
}
