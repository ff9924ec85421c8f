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
    private readonly FiniteMemory<(string Node, string Incarnation), bool> _lost = new(LostNodesRemembered);
    private Policies _policies;
    private DateTimeOffset _lastInputAt;
    private long _nextSequence;

    /// <exception cref="UnknownPolicyException">One of the policy's names is not registered; the message lists those that are.</exception>
    public SchedulerCore(SchedulingPolicy policy)
    {
        _policies = PolicyRegistry.Resolve(policy);
        _pending = new PendingJobs(_policies.Order);
        Policy = policy;
    }

    public SchedulingPolicy Policy { get; private set; }

    /// <summary>Takes an input in. One that says nothing new, or that has a problem, changes nothing and says why.</summary>
    /// <exception cref="UnknownPolicyException">A <see cref="PolicyChanged"/> names a policy nobody registered.</exception>
    public ApplyResult Apply(SchedulerInput input)
    {
        if (input.At > _lastInputAt) _lastInputAt = input.At;
        _pending.EndBackoffs(_lastInputAt);
        return input switch
        {
            JobQueued queued => Apply(queued),
            JobEnded ended => Apply(ended),
            NodeUp up => Apply(up),
            NodeLost lost => Apply(lost),
            PolicyChanged changed => Apply(changed),
            _ => throw new ArgumentException($"No input of type {input.GetType().Name} is known.", nameof(input)),
        };
    }

    /// <summary>What to do at this instant. Changes nothing; asking twice gives equal answers.</summary>
    public Plan Plan(DateTimeOffset now)
    {
        using var cycle = new Cycle(_cluster, _pending.Queue, _policies, now);
        return cycle.Run();
    }

    /// <summary>Does what a plan says. The plan must have been made from this state.</summary>
    /// <exception cref="DecisionMismatchException">It was made from another state, or committed before.</exception>
    public void Commit(Plan plan) => Commit(plan.At, plan.Starts, plan.Preempts);

    /// <summary>Does what was decided, in live running and when a ledger is replayed.</summary>
    /// <param name="at">The plan's instant: the started attempts count as started then.</param>
    /// <param name="starts">The plan's, in its order.</param>
    /// <param name="preempts">The plan's, in its order.</param>
    /// <exception cref="DecisionMismatchException">The decisions were made from another state, or committed before.</exception>
    public void Commit(DateTimeOffset at, IReadOnlyList<StartDecision> starts, IReadOnlyList<PreemptDecision> preempts)
    {
        foreach (var start in starts) Commit(at, start);
        foreach (var preempt in preempts)
        {
            if (_cluster.AllocationOf(preempt.Job) is not { Beneficiary: null } held || held.Request.Attempt != preempt.Attempt)
                throw new DecisionMismatchException($"{preempt.Job}#{preempt.Attempt} cannot be preempted: it does not run undisturbed.");
            _cluster.AskToStop(held, preempt.Beneficiary);
        }
    }

    private void Commit(DateTimeOffset at, StartDecision start)
    {
        if (_pending.Find(start.Job) is not { } job || job.Request.Attempt != start.Attempt)
            throw new DecisionMismatchException($"{start.Job}#{start.Attempt} cannot start: it is not pending.");
        if (_cluster.AllocationOf(start.Job) is { } earlier)
            throw new DecisionMismatchException($"{start.Job}#{start.Attempt} cannot start: {earlier.Request.Id} has not ended.");
        if (start.Placements.Count != job.Request.Tasks)
            throw new DecisionMismatchException(
                $"{start.Job}#{start.Attempt} cannot start: {start.Placements.Count} placements for {job.Request.Tasks} tasks.");
        var nodes = new NodeState[start.Placements.Count];
        for (var rank = 0; rank < nodes.Length; rank++)
        {
            var placement = start.Placements[rank];
            if (Living(placement) is not { } node)
                throw new DecisionMismatchException(
                    $"{start.Job}#{start.Attempt} rank {rank} cannot start: {placement.Node} ({placement.Incarnation}) is not up.");
            nodes[rank] = node;
        }

        _cluster.Book(new Allocation(job.Request, at, start.Placements, nodes));
        _pending.Remove(job);
    }

    private ApplyResult Apply(JobQueued queued)
    {
        var request = queued.Request;
        if (request.Problem() is { } problem) return ApplyResult.Nothing(problem);
        var waiting = _pending.Find(request.Job);
        var held = _cluster.AllocationOf(request.Job);
        var known = Math.Max(waiting?.Request.Attempt ?? 0, held?.Request.Attempt ?? 0);
        if (_ended.TryGet(request.Job, out var ended)) known = Math.Max(known, ended);
        if (request.Attempt <= known) return ApplyResult.Nothing($"{request.Id} says nothing new: attempt {known} is known");
        if (waiting is not null) _pending.Remove(waiting);
        _pending.Add(new PendingJob(request, _nextSequence++), _lastInputAt);
        return ApplyResult.Done;
    }

    private ApplyResult Apply(JobEnded ended)
    {
        if (_pending.Find(ended.Job) is { } waiting && waiting.Request.Attempt == ended.Attempt)
            _pending.Remove(waiting);
        else if (_cluster.AllocationOf(ended.Job) is { } held && held.Request.Attempt == ended.Attempt)
            _cluster.Release(held);
        else
            return ApplyResult.Nothing($"{ended.Job}#{ended.Attempt} neither waits nor runs");
        if (!_ended.TryGet(ended.Job, out var highest) || highest < ended.Attempt) _ended.Remember(ended.Job, ended.Attempt);
        return ApplyResult.Done;
    }

    private ApplyResult Apply(NodeUp up)
    {
        var capacity = up.Capacity;
        if (capacity.Problem() is { } problem) return ApplyResult.Nothing(problem);
        var known = _cluster.Nodes.Find(capacity.Node);
        if (known?.Capacity.Incarnation == capacity.Incarnation)
            return ApplyResult.Nothing($"{capacity.Node} ({capacity.Incarnation}) is up already");
        if (_lost.Knows((capacity.Node, capacity.Incarnation)))
            return ApplyResult.Nothing($"{capacity.Node} ({capacity.Incarnation}) was lost; it can come back only with a new incarnation");
        var lostRanks = known is null ? [] : Lose(known);
        _cluster.Add(new NodeState(capacity));
        return new ApplyResult(true, null, lostRanks);
    }

    private ApplyResult Apply(NodeLost lost) =>
        _cluster.Nodes.Find(lost.Node) is { } node && node.Capacity.Incarnation == lost.Incarnation
            ? new ApplyResult(true, null, Lose(node))
            : ApplyResult.Nothing($"{lost.Node} ({lost.Incarnation}) is not up");

    private ApplyResult Apply(PolicyChanged changed)
    {
        if (changed.Policy == Policy) return ApplyResult.Nothing("the policy is the same");
        _policies = PolicyRegistry.Resolve(changed.Policy);
        Policy = changed.Policy;
        _pending.Reorder(_policies.Order);
        return ApplyResult.Done;
    }

    private IReadOnlyList<JobAttempt> Lose(NodeState node)
    {
        _lost.Remember((node.Name, node.Capacity.Incarnation), true);
        return _cluster.Lose(node);
    }

    private NodeState? Living(Placement placement) =>
        _cluster.Nodes.Find(placement.Node) is { } node && node.Capacity.Incarnation == placement.Incarnation ? node : null;
}
