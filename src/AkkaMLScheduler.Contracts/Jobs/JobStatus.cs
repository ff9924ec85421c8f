using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Contracts;

/// <summary>Where a job stands. Values are stored: extend only.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<JobStatus>))]
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

    /// <summary>Waits until somebody resumes it.</summary>
    Held = 8,

    /// <summary>Its tasks have been asked to make room for another job and not all have ended yet.</summary>
    Preempting = 9,
}

public static class JobStatusExtensions
{
    public static bool IsTerminal(this JobStatus status) => status is JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled;

    public static bool HasAttempt(this JobStatus status) => status is JobStatus.Starting or JobStatus.Running or JobStatus.Stopping or JobStatus.Preempting;
}
