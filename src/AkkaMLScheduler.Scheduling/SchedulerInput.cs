namespace AkkaMLScheduler.Scheduling;

/// <summary>
/// Everything that can change the scheduler's state from outside, each with its time. Inputs may come twice and out of order:
/// one that says nothing new changes nothing. Holds, cordons, policies and queues are as the latest one told says.
/// </summary>
/// <param name="At">When it happened, by the clock of whoever writes the ledger.</param>
public abstract record SchedulerInput(DateTimeOffset At);

/// <summary>An attempt waits for resources. Ignored when this attempt or a higher one is known already.</summary>
public sealed record JobQueued(DateTimeOffset At, JobRequest Request) : SchedulerInput(At);

/// <summary>An attempt is over, whatever its outcome: frees its allocation, or withdraws it from the queue.</summary>
/// <param name="At">See <see cref="SchedulerInput"/>.</param>
/// <param name="Job">The job's id.</param>
/// <param name="Attempt">The attempt that is over.</param>
/// <param name="Verdict">How the whole job ended, for those that depend on it; null when another attempt may follow.</param>
public sealed record JobEnded(DateTimeOffset At, string Job, int Attempt, JobVerdict? Verdict = null) : SchedulerInput(At);

/// <summary>The waiting job does not start until it is released.</summary>
public sealed record JobHeld(DateTimeOffset At, string Job) : SchedulerInput(At);

/// <summary>Ends a hold.</summary>
public sealed record JobReleased(DateTimeOffset At, string Job) : SchedulerInput(At);

/// <summary>The running attempt saved its state: stopping it loses only what it did since.</summary>
public sealed record JobCheckpointed(DateTimeOffset At, string Job, int Attempt) : SchedulerInput(At);

/// <summary>A node offers its capacity. With a new incarnation of a known node, the old one is lost first.</summary>
public sealed record NodeUp(DateTimeOffset At, NodeCapacity Capacity) : SchedulerInput(At);

/// <summary>This life of the node is over, with all that ran on it.</summary>
public sealed record NodeLost(DateTimeOffset At, string Node, string Incarnation) : SchedulerInput(At);

/// <summary>Nothing new is placed on the node, over restarts too; what runs there goes on.</summary>
public sealed record NodeCordoned(DateTimeOffset At, string Node) : SchedulerInput(At);

/// <summary>Like a cordon, and what runs there is asked to stop.</summary>
public sealed record NodeDrained(DateTimeOffset At, string Node) : SchedulerInput(At);

/// <summary>Ends a cordon or a drain.</summary>
public sealed record NodeUncordoned(DateTimeOffset At, string Node) : SchedulerInput(At);

/// <summary>This life of the node will end soon: nothing new is placed on it, and what runs there is asked to stop. Its next life is as open as before.</summary>
public sealed record NodeLeaving(DateTimeOffset At, string Node, string Incarnation) : SchedulerInput(At);

/// <summary>From now on plans follow another policy. An unknown name in it is an <see cref="UnknownPolicyException"/>.</summary>
public sealed record PolicyChanged(DateTimeOffset At, SchedulingPolicy Policy) : SchedulerInput(At);

/// <summary>The share tree from now on. What it does not name has weight 1, no guarantee and no quota.</summary>
public sealed record QueuesChanged(DateTimeOffset At, IReadOnlyList<QueueSpec> Queues) : SchedulerInput(At);

/// <summary>What fragmentation is measured against from now on. An empty list: learned from the jobs that come.</summary>
public sealed record TypicalTasksChanged(DateTimeOffset At, IReadOnlyList<TypicalTask> Tasks) : SchedulerInput(At);
