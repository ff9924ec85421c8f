namespace AkkaMLScheduler.Scheduling;

/// <summary>Every reason a job can have for being pending. A closed set: it is stored and shown, so names are never reused.</summary>
public enum PendingReason
{
    /// <summary>It starts in the cycle that is asked about.</summary>
    Startable,

    /// <summary>A job before it in the order is blocked, and nothing may pass.</summary>
    Priority,

    /// <summary>Not even one of its tasks fits what is free.</summary>
    Resources,

    /// <summary>Some of its tasks fit what is free, but not the whole gang.</summary>
    GangIncomplete,

    /// <summary>Attempts were asked to stop for it and have not ended yet.</summary>
    Preempting,

    /// <summary>It is not eligible before a later instant.</summary>
    RetryBackoff,

    /// <summary>An earlier attempt of the same job still holds its place.</summary>
    PreviousAttempt,

    /// <summary>No node that is up carries the labels it selects.</summary>
    SelectorUnmatched,

    /// <summary>It asks for more than all nodes that are up offer when empty.</summary>
    InfeasibleNever,

    /// <summary>No node is up.</summary>
    NoNodes,

    /// <summary>It is held until somebody releases it.</summary>
    Held,

    /// <summary>A job it depends on is not over.</summary>
    Dependency,

    /// <summary>A job it depends on has not succeeded, and never will.</summary>
    DependencyNeverSatisfied,

    /// <summary>As many jobs of its array run as may at once.</summary>
    ArrayLimit,

    /// <summary>Its queue, or one above it, has used its quota.</summary>
    QueueQuota,

    /// <summary>It fits only with nodes that are cordoned or drained.</summary>
    NodesCordoned,

    /// <summary>It fits what is free, but would delay the promised start of the head.</summary>
    WouldDelayHead,

    /// <summary>A later start is promised to it, and starting now would break a promise to another.</summary>
    Reserved,
}
