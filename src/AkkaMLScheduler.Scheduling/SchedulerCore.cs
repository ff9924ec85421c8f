using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling;

/// <summary>
/// The scheduler's state and decisions. Inputs go in through <see cref="Apply(SchedulerInput)"/>,
/// <see cref="Plan(DateTimeOffset)"/> says what to do, <see cref="Commit(Plan)"/> does it.
/// The same inputs and commits in the same order give the same plans, bit for bit, on any machine.
/// Knows no clock: every time is an argument, and is expected not to go backwards. One thread at a time; <see cref="Fork"/> for more.
/// </summary>
public sealed partial class SchedulerCore
{
    /// <summary>A repeated input about a job that ended longer ago than this many others is taken for new.</summary>
    public const int EndedRemembered = 16_384;

    /// <summary>A repeated input about a node's life lost longer ago than this many others is taken for new.</summary>
    public const int LostNodesRemembered = 4_096;

    private readonly ClusterState _cluster = new();
    private readonly PendingJobs _pending;
    private readonly FiniteMemory<string, int> _ended = new(EndedRemembered, StringComparer.Ordinal);
    private readonly FiniteMemory<string, JobVerdict> _over = new(EndedRemembered, StringComparer.Ordinal);
    private readonly FiniteMemory<(string Node, string Incarnation), bool> _lost = new(LostNodesRemembered);
    private Policies _policies;
    private DateTimeOffset _lastInputAt;
    private DateTimeOffset _seenUntil;
    private long _nextSequence;
    private bool _compressionDue;
    private bool _unsettled;

    /// <summary>The latest cycle, as long as what it took is neither committed nor given back.</summary>
    private Cycle? _open;

    /// <exception cref="UnknownPolicyException">One of the policy's names is not registered; the message lists those that are.</exception>
    public SchedulerCore(SchedulingPolicy policy)
    {
        _policies = PolicyRegistry.Resolve(policy);
        _pending = new PendingJobs(_cluster, _policies.Order);
        Policy = policy;
    }

    public SchedulingPolicy Policy { get; private set; }

    /// <summary>What to do at this instant. Changes nothing that can be seen; asking twice gives equal answers.</summary>
    public Plan Plan(DateTimeOffset now) => Run(now, lookAtAll: false);

    /// <summary>Does what a plan says, whether just made or read from a ledger: its attempts count as started at its instant.</summary>
    /// <exception cref="DecisionMismatchException">It was made from another state, or committed before.</exception>
    public void Commit(Plan plan)
    {
        var made = _open is { } open && ReferenceEquals(open.Plan, plan) ? open : null;
        if (made is null) GiveBack();
        _open = null;
        var moved = false;
        var anew = false;
        _cluster.Expect(plan.Starts.Count);
        for (var i = 0; i < plan.Starts.Count; i++)
        {
            var start = plan.Starts[i];
            var job = made?.StartedJobs[i] ?? Startable(start);
            moved |= job.Reservation is { } promised && promised.StartsAt > plan.At;
            anew |= job.Promised;
            var held = made?.Started[i] ?? new Allocation(job.Request, job.Queue, plan.At, start.Placements, NodesOf(start));
            if (made is null)
                _cluster.Book(held);
            else
                _cluster.Adopt(held);
            _policies.Backfill.Started(held, job);
            _pending.Remove(job);
        }

        foreach (var preempt in plan.Preempts)
        {
            _cluster.AskToStop(Undisturbed(preempt.Job, preempt.Attempt), preempt.Beneficiary);
            if (preempt.Beneficiary is { } name && _pending.Find(name) is { Promised: false } beneficiary) _pending.Promise(beneficiary);
        }

        foreach (var (job, attempt) in plan.Expires) _cluster.AskToStop(Undisturbed(job, attempt), null);
        foreach (var reservation in plan.Reservations)
            if (reservation.IsHeld)
                moved |= Reserve(reservation);
        if (anew) GiveUpReservationsBut(plan.Reservations);
        if (!plan.Compressed) return;
        _compressionDue = false;
        _unsettled = moved;
    }

    /// <summary>
    /// Gives back what an attempt holds before its end is told. A simulation that takes submissions before ends at one instant needs it:
    /// a job whose predicted end has come counts as gone.
    /// </summary>
    internal void Vacate(string job)
    {
        GiveBack();
        if (_cluster.AllocationOf(job) is { } held) _cluster.Vacate(held);
    }

    private Plan Run(DateTimeOffset now, bool lookAtAll)
    {
        GiveBack();
        Pass(now);
        var cycle = new Cycle(_cluster, _pending, _policies, Policy, now, _policies.Backfill.HoldsPlaces && _compressionDue, lookAtAll);
        _open = cycle;
        try
        {
            return cycle.Run();
        }
        catch
        {
            GiveBack();
            throw;
        }
    }

    /// <summary>Gives back what the latest plan took, if that was not committed.</summary>
    private void GiveBack()
    {
        _open?.Undo();
        _open = null;
    }

    /// <summary>Makes those ready whose backoff ends by this instant.</summary>
    private void Pass(DateTimeOffset now)
    {
        if (now > _seenUntil) _seenUntil = now;
        foreach (var job in _pending.EndBackoffs(now)) Recheck(job);
    }

    private void Recheck(PendingJob job)
    {
        var ready = !job.Held && job.Request.EligibleAt <= _seenUntil && Reasons.Dependent(job, VerdictOf) is null;
        if (!ready) GiveUpReservation(job);
        _pending.Recheck(job, ready);
    }

    private JobVerdict? VerdictOf(string job) => _over.TryGet(job, out var verdict) ? verdict : null;

    private PendingJob Startable(StartDecision start)
    {
        if (_pending.Find(start.Job) is not { } job || job.Request.Attempt != start.Attempt)
            throw new DecisionMismatchException($"{start.Job}#{start.Attempt} cannot start: it is not pending.");
        if (_cluster.AllocationOf(start.Job) is { } earlier)
            throw new DecisionMismatchException($"{start.Job}#{start.Attempt} cannot start: {earlier.Request.Id} has not ended.");
        if (start.Placements.Count < job.Request.FewestTasks || start.Placements.Count > job.Request.Tasks)
            throw new DecisionMismatchException(
                $"{start.Job}#{start.Attempt} cannot start: {start.Placements.Count} placements for {job.Request.Tasks} tasks.");
        return job;
    }

    private NodeState[] NodesOf(StartDecision start)
    {
        var nodes = new NodeState[start.Placements.Count];
        for (var rank = 0; rank < nodes.Length; rank++)
        {
            var placement = start.Placements[rank];
            nodes[rank] = Living(placement) ?? throw new DecisionMismatchException(
                $"{start.Job}#{start.Attempt} rank {rank} cannot start: {placement.Node} ({placement.Incarnation}) is not up.");
        }

        return nodes;
    }

    private Allocation Undisturbed(string job, int attempt) =>
        _cluster.AllocationOf(job) is { Stopping: false } held && held.Request.Attempt == attempt
            ? held
            : throw new DecisionMismatchException($"{job}#{attempt} cannot be asked to stop: it does not run undisturbed.");

    /// <summary>Holds the place; true when the job had one before.</summary>
    private bool Reserve(Reservation reservation)
    {
        if (_pending.Find(reservation.Job) is not { } job || job.Request.Attempt != reservation.Attempt)
            throw new DecisionMismatchException($"{reservation.Job}#{reservation.Attempt} cannot be promised a place: it is not pending.");
        var had = job.Reservation is not null;
        NodeState[] nodes = [.. reservation.Placements.Select(placement => Living(placement) ?? Gone(placement))];
        _policies.Backfill.Reserving(job, reservation, nodes);
        _pending.Reserve(job, reservation, nodes);
        return had;
    }

    /// <summary>A job that room was made for may have taken places held for others: only what this plan promises holds.</summary>
    private void GiveUpReservationsBut(IReadOnlyList<Reservation> renewed)
    {
        var kept = renewed.Select(one => one.Job).ToHashSet(StringComparer.Ordinal);
        foreach (var job in _pending.Reserved.Where(job => !kept.Contains(job.Request.Job)).ToList()) GiveUpReservation(job);
    }

    private void GiveUpReservation(PendingJob job)
    {
        if (job.Reservation is null) return;
        _policies.Backfill.Reserving(job, null, []);
        _pending.Reserve(job, null, []);
        _compressionDue = true;
    }

    private NodeState? Living(Placement placement) =>
        _cluster.Nodes.Find(placement.Node) is { } node && node.Capacity.Incarnation == placement.Incarnation ? node : null;
}
