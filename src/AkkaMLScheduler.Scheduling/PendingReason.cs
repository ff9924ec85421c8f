namespace AkkaMLScheduler.Scheduling;

/// <summary>Every reason a job can have for being pending. A closed set: it is stored and shown, so names are never reused.</summary>
public enum PendingReason
{
    /// <summary>It starts in the cycle that is asked about.</summary>
    Startable,

    /// <summary>A job before it in the order is blocked, and nothing may pass.</summary>
    Priority,

    /// <summary>It is first in the order, and not even one of its tasks fits what is free.</summary>
    Resources,

    /// <summary>It is first in the order; some of its tasks fit, but not the whole gang.</summary>
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
}
