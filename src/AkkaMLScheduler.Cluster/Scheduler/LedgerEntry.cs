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
    public Plan ToPlan() => new(At, Starts, Preempts, [], []);
}

/// <summary>One input of the core; exactly one part is set. A closed list in place of polymorphic types.</summary>
public sealed record LedgerInput(
    JobQueued? JobQueued = null, JobEnded? JobEnded = null, NodeUp? NodeUp = null, NodeLost? NodeLost = null,
    PolicyChanged? PolicyChanged = null)
{
    public static LedgerInput Of(SchedulerInput input) => input switch
    {
        JobQueued i => new LedgerInput(JobQueued: i),
        JobEnded i => new LedgerInput(JobEnded: i),
        NodeUp i => new LedgerInput(NodeUp: i),
        NodeLost i => new LedgerInput(NodeLost: i),
        PolicyChanged i => new LedgerInput(PolicyChanged: i),
        _ => throw new ArgumentException($"{input.GetType()} has no place in the ledger; add it to {nameof(LedgerInput)}."),
    };

    public SchedulerInput Input =>
        (SchedulerInput?)JobQueued ?? (SchedulerInput?)JobEnded ?? (SchedulerInput?)NodeUp
        ?? (SchedulerInput?)NodeLost ?? PolicyChanged
        ?? throw new InvalidDataException("A ledger input is empty: it was written by a newer version.");
}
