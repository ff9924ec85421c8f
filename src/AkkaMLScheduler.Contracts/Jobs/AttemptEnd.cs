using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Contracts;

/// <summary>How an attempt ended as a whole. Values are stored: extend only.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<AttemptEnd>))]
public enum AttemptEnd
{
    Succeeded = 0,
    Failed = 1,
    Preempted = 2,

    /// <summary>Lost with a node or with another rank: no fault of the job, and not counted as one.</summary>
    Interrupted = 3,
    Cancelled = 4,

    /// <summary>It ran for longer than its time limit.</summary>
    TimedOut = 5,

    /// <summary>Handed back because its node is drained or leaves: no fault of the job, and not counted as one.</summary>
    Drained = 6,
}
