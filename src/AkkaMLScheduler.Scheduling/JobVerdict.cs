namespace AkkaMLScheduler.Scheduling;

/// <summary>How a job ended for good: no further attempt follows.</summary>
public enum JobVerdict
{
    Succeeded,

    Failed,

    Cancelled,
}
