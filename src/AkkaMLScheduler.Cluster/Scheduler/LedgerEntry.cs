using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>
/// One cycle of the scheduler, as its journal keeps it: what came in, and what was decided from it. Applying the inputs and planning
/// again at <see cref="At"/> gives the same decisions.
/// </summary>
/// <param name="At">The instant the plan was made for.</param>
/// <param name="Planned">False while a recovered scheduler was still comparing notes and made no plan.</param>
public sealed record LedgerEntry(
    DateTimeOffset At, IReadOnlyList<LedgerInput> Inputs, bool Planned, IReadOnlyList<StartDecision> Starts, IReadOnlyList<PreemptDecision> Preempts)
{
    /// <summary>Attempts asked to stop at their time limit.</summary>
    public IReadOnlyList<JobAttempt> Expires { get; init; } = [];

    /// <summary>Places held for waiting jobs that are new or have changed.</summary>
    public IReadOnlyList<Reservation> Reservations { get; init; } = [];

    /// <summary>Whether the promised starts were looked through for earlier ones.</summary>
    public bool Compressed { get; init; }

    public static LedgerEntry Of(DateTimeOffset at, IReadOnlyList<LedgerInput> inputs, bool planned, Plan plan) =>
        new(at, inputs, planned, plan.Starts, plan.Preempts)
        {
            Expires = plan.Expires,
            Reservations = [.. plan.Reservations.Where(one => one.IsHeld)],
            Compressed = plan.Compressed,
        };

    public Plan ToPlan() => new(At, Starts, Preempts, [], Reservations) { Expires = Expires, Compressed = Compressed };
}

/// <summary>One input of the core; exactly one part is set. A closed list in place of polymorphic types.</summary>
public sealed record LedgerInput(
    JobQueued? JobQueued = null, JobEnded? JobEnded = null, NodeUp? NodeUp = null, NodeLost? NodeLost = null,
    PolicyChanged? PolicyChanged = null, JobHeld? JobHeld = null, JobReleased? JobReleased = null, JobCheckpointed? JobCheckpointed = null,
    NodeCordoned? NodeCordoned = null, NodeDrained? NodeDrained = null, NodeUncordoned? NodeUncordoned = null,
    QueuesChanged? QueuesChanged = null, TypicalTasksChanged? TypicalTasksChanged = null, NodeLeaving? NodeLeaving = null)
{
    public static LedgerInput Of(SchedulerInput input) => input switch
    {
        JobQueued i => new LedgerInput(JobQueued: i),
        JobEnded i => new LedgerInput(JobEnded: i),
        NodeUp i => new LedgerInput(NodeUp: i),
        NodeLost i => new LedgerInput(NodeLost: i),
        PolicyChanged i => new LedgerInput(PolicyChanged: i),
        JobHeld i => new LedgerInput(JobHeld: i),
        JobReleased i => new LedgerInput(JobReleased: i),
        JobCheckpointed i => new LedgerInput(JobCheckpointed: i),
        NodeCordoned i => new LedgerInput(NodeCordoned: i),
        NodeDrained i => new LedgerInput(NodeDrained: i),
        NodeUncordoned i => new LedgerInput(NodeUncordoned: i),
        QueuesChanged i => new LedgerInput(QueuesChanged: i),
        TypicalTasksChanged i => new LedgerInput(TypicalTasksChanged: i),
        NodeLeaving i => new LedgerInput(NodeLeaving: i),
        _ => throw new ArgumentException($"{input.GetType()} has no place in the ledger; add it to {nameof(LedgerInput)}."),
    };

    public SchedulerInput Input =>
        (SchedulerInput?)JobQueued ?? (SchedulerInput?)JobEnded ?? (SchedulerInput?)NodeUp
        ?? (SchedulerInput?)NodeLost ?? (SchedulerInput?)PolicyChanged ?? (SchedulerInput?)JobHeld ?? (SchedulerInput?)JobReleased
        ?? (SchedulerInput?)JobCheckpointed ?? (SchedulerInput?)NodeCordoned ?? (SchedulerInput?)NodeDrained
        ?? (SchedulerInput?)NodeUncordoned ?? (SchedulerInput?)QueuesChanged ?? (SchedulerInput?)TypicalTasksChanged ?? NodeLeaving
        ?? throw new InvalidDataException("A ledger input is empty: it was written by a newer version.");
}
