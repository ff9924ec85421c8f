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
}
