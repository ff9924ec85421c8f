namespace AkkaMLScheduler.Scheduling;

/// <summary>
/// Everything that can change the scheduler's state from outside, each with its time. Inputs may come twice and out of order:
/// one that says nothing new changes nothing.
/// </summary>
/// <param name="At">When it happened, by the clock of whoever writes the ledger.</param>
public abstract record SchedulerInput(DateTimeOffset At);

/// <summary>An attempt waits for resources. Ignored when this attempt or a higher one is known already.</summary>
public sealed record JobQueued(DateTimeOffset At, JobRequest Request) : SchedulerInput(At);

/// <summary>An attempt is over, whatever its outcome: frees its allocation, or withdraws it from the queue.</summary>
public sealed record JobEnded(DateTimeOffset At, string Job, int Attempt) : SchedulerInput(At);

/// <summary>A node offers its capacity. With a new incarnation of a known node, the old one is lost first.</summary>
public sealed record NodeUp(DateTimeOffset At, NodeCapacity Capacity) : SchedulerInput(At);

/// <summary>This life of the node is over, with all that ran on it.</summary>
public sealed record NodeLost(DateTimeOffset At, string Node, string Incarnation) : SchedulerInput(At);

/// <summary>From now on plans follow another policy. An unknown name in it is an <see cref="UnknownPolicyException"/>.</summary>
public sealed record PolicyChanged(DateTimeOffset At, SchedulingPolicy Policy) : SchedulerInput(At);
