namespace AkkaMLScheduler.Workloads;

/// <summary>How a task ended.</summary>
public enum TaskEnd
{
    Succeeded,

    /// <summary>The task's own fault: its parameters, data, code or machine.</summary>
    Failed,

    /// <summary>It was asked to, or its checkpoint was refused.</summary>
    Stopped,

    /// <summary>The gang broke: another rank is gone, silent or was stopped. Not this task's fault.</summary>
    PeerLost,
}
