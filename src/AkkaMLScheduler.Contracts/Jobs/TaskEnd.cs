using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Contracts;

/// <summary>How one task of an attempt ended. Values are stored: extend only.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<TaskEnd>))]
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

    /// <summary>Its checkpoint is missing, damaged or of another run; the next attempt starts from an older one.</summary>
    CheckpointUnusable = 5,
}
