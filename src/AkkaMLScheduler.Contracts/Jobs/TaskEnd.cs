namespace AkkaMLScheduler.Contracts;

/// <summary>How one task of an attempt ended. Values are stored: extend only.</summary>
public enum TaskEnd
{
    Succeeded = 0,

    /// <summary>The task's own fault: a bad parameter, an exception, a non-zero exit.</summary>
    Failed = 1,

    /// <summary>Asked to stop, by a cancellation, a preemption or the end of another rank.</summary>
    Stopped = 2,

    /// <summary>Another rank of the gang went away; nothing was wrong with this one.</summary>
    PeerLost = 3,

    /// <summary>The node went away, or came back without the task.</summary>
    NodeLost = 4,
}

/// <summary>How an attempt ended as a whole. Values are stored: extend only.</summary>
public enum AttemptEnd
{
    Succeeded = 0,
    Failed = 1,
    Preempted = 2,
    NodeLost = 3,
    Cancelled = 4,
}

/// <summary>Where a job stands. Values are stored: extend only.</summary>
public enum JobStatus
{
    /// <summary>Waits for a place.</summary>
    Pending = 0,

    /// <summary>Placed; its tasks are being prepared on their nodes.</summary>
    Starting = 1,
    Running = 2,

    /// <summary>Its tasks have been asked to stop and not all have ended yet.</summary>
    Stopping = 3,

    /// <summary>Waits for its next attempt's backoff to pass.</summary>
    Retrying = 4,
    Succeeded = 5,
    Failed = 6,
    Cancelled = 7,
}

public static class JobStatusExtensions
{
    public static bool IsTerminal(this JobStatus status) => status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled;

    public static bool HasAttempt(this JobStatus status) => status is JobStatus.Starting or JobStatus.Running or JobStatus.Stopping;
}
