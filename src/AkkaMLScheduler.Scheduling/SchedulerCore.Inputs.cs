using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling;

/// <content>What inputs do to the state.</content>
public sealed partial class SchedulerCore
{
    /// <summary>Takes an input in. One that says nothing new, or that has a problem, changes nothing and says why.</summary>
    /// <exception cref="UnknownPolicyException">A <see cref="PolicyChanged"/> names a policy nobody registered.</exception>
    public ApplyResult Apply(SchedulerInput input)
    {
        GiveBack();
        if (input.At > _lastInputAt) _lastInputAt = input.At;
        Pass(_lastInputAt);
        return input switch
        {
            JobQueued queued => Apply(queued),
            JobEnded ended => Apply(ended),
            JobHeld held => Hold(held.Job, true),
            JobReleased released => Hold(released.Job, false),
            JobCheckpointed saved => Apply(saved),
            NodeUp up => Apply(up),
            NodeLost lost => Apply(lost),
            NodeLeaving leaving => Apply(leaving),
            NodeCordoned cordoned => Close(cordoned.Node, drain: false),
            NodeDrained drained => Close(drained.Node, drain: true),
            NodeUncordoned opened => Open(opened.Node),
            PolicyChanged changed => Apply(changed),
            QueuesChanged changed => Apply(changed),
            TypicalTasksChanged changed => Apply(changed),
            _ => throw new ArgumentException($"No input of type {input.GetType().Name} is known.", nameof(input)),
        };
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
        if (waiting is not null) Withdraw(waiting);
        Add(new PendingJob(request, _nextSequence++, _cluster.Queues.Find(request.Queue)));
        _cluster.Typical.Count(request.PerTask, request.Tasks);
        return ApplyResult.Done;
    }

    private void Add(PendingJob job)
    {
        _pending.Add(job);
        if (job.Request.EligibleAt <= _seenUntil) Pass(_seenUntil);
    }

    private ApplyResult Apply(JobEnded ended)
    {
        var settles = ended.Verdict is { } verdict && VerdictOf(ended.Job) != verdict;
        if (settles) _over.Remember(ended.Job, ended.Verdict!.Value);
        if (_pending.Find(ended.Job) is { } waiting && waiting.Request.Attempt == ended.Attempt)
            Withdraw(waiting);
        else if (_cluster.AllocationOf(ended.Job) is { } held && held.Request.Attempt == ended.Attempt)
            End(held, ended.At);
        else if (!settles)
            return ApplyResult.Nothing($"{ended.Job}#{ended.Attempt} neither waits nor runs");
        if (settles)
            foreach (var dependent in _pending.DependentsOf(ended.Job).ToList())
                Recheck(dependent);
        if (!_ended.TryGet(ended.Job, out var highest) || highest < ended.Attempt) _ended.Remember(ended.Job, ended.Attempt);
        return ApplyResult.Done;
    }

    private void Withdraw(PendingJob job)
    {
        GiveUpReservation(job);
        _pending.Remove(job);
    }

    private void End(Allocation held, DateTimeOffset at)
    {
        // An end that came as predicted gives the promises nothing that they did not count on.
        var isSooner = !held.Vacated && (held.PredictedEnd is null || at < held.PredictedEnd);
        _compressionDue |= isSooner || _unsettled;
        _policies.Backfill.Ended(held, at);
        _cluster.Release(held);
    }

    private ApplyResult Hold(string job, bool hold)
    {
        if (_pending.Find(job) is not { } waiting) return ApplyResult.Nothing($"{job} does not wait");
        if (waiting.Held == hold) return ApplyResult.Nothing($"{job} is {(hold ? "held already" : "not held")}");
        waiting.Held = hold;
        Recheck(waiting);
        return ApplyResult.Done;
    }

    private ApplyResult Apply(JobCheckpointed saved)
    {
        if (_cluster.AllocationOf(saved.Job) is not { } held || held.Request.Attempt != saved.Attempt)
            return ApplyResult.Nothing($"{saved.Job}#{saved.Attempt} does not run");
        if (saved.At <= held.SavedAt) return ApplyResult.Nothing($"{saved.Job}#{saved.Attempt} has saved since");
        held.SavedAt = saved.At;
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
        _cluster.Add(new NodeState(capacity) { IsOpen = !_cluster.Closed.ContainsKey(capacity.Node) });
        _policies.Backfill.Forget();
        _compressionDue = true;
        return new ApplyResult(true, null, lostRanks);
    }

    private ApplyResult Apply(NodeLost lost) =>
        _cluster.Nodes.Find(lost.Node) is { } node && node.Capacity.Incarnation == lost.Incarnation
            ? new ApplyResult(true, null, Lose(node))
            : ApplyResult.Nothing($"{lost.Node} ({lost.Incarnation}) is not up");

    private IReadOnlyList<JobAttempt> Lose(NodeState node)
    {
        _lost.Remember((node.Name, node.Capacity.Incarnation), true);
        GiveUpReservationsOn(node);
        _policies.Backfill.Forget();
        return _cluster.Lose(node);
    }

    private ApplyResult Close(string name, bool drain)
    {
        if (string.IsNullOrEmpty(name)) return ApplyResult.Nothing("a node needs a name");
        if (_cluster.Closed.TryGetValue(name, out var drained) && drained == drain)
            return ApplyResult.Nothing($"{name} is {(drain ? "drained" : "cordoned")} already");
        _cluster.Closed[name] = drain;
        if (_cluster.Nodes.Find(name) is { } node) Close(node);
        return ApplyResult.Done;
    }

    private ApplyResult Apply(NodeLeaving leaving)
    {
        if (_cluster.Nodes.Find(leaving.Node) is not { } node || node.Capacity.Incarnation != leaving.Incarnation)
            return ApplyResult.Nothing($"{leaving.Node} ({leaving.Incarnation}) is not up");
        if (!_cluster.Leaving.Add(node)) return ApplyResult.Nothing($"{leaving.Node} ({leaving.Incarnation}) is leaving already");
        Close(node);
        return ApplyResult.Done;
    }

    private void Close(NodeState node)
    {
        _cluster.Open(node, false);
        GiveUpReservationsOn(node);
        _policies.Backfill.Forget();
    }

    private ApplyResult Open(string name)
    {
        if (!_cluster.Closed.Remove(name)) return ApplyResult.Nothing($"{name} is open");
        if (_cluster.Nodes.Find(name) is { } node && !_cluster.Leaving.Contains(node)) _cluster.Open(node, true);
        _policies.Backfill.Forget();
        _compressionDue = true;
        return ApplyResult.Done;
    }

    private void GiveUpReservationsOn(NodeState node)
    {
        foreach (var job in _pending.Reserved.Where(job => Array.IndexOf(job.ReservedNodes, node) >= 0).ToList()) GiveUpReservation(job);
    }

    private ApplyResult Apply(PolicyChanged changed)
    {
        if (changed.Policy == Policy) return ApplyResult.Nothing("the policy is the same");
        _policies = PolicyRegistry.Resolve(changed.Policy);
        Policy = changed.Policy;
        if (!_policies.Backfill.HoldsPlaces)
            foreach (var job in _pending.Reserved.ToList())
                GiveUpReservation(job);
        _pending.Reorder(_policies.Order);
        return ApplyResult.Done;
    }

    private ApplyResult Apply(QueuesChanged changed)
    {
        if (changed.Queues.Select(spec => spec.Problem()).FirstOrDefault(one => one is not null) is { } problem) return ApplyResult.Nothing(problem);
        if (changed.Queues.GroupBy(spec => spec.Queue, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            return ApplyResult.Nothing($"queue {twice.Key} is specified twice");
        if (Sequences.Same(changed.Queues, _cluster.Queues.Specs)) return ApplyResult.Nothing("the queues are the same");
        _cluster.Queues.Specify(changed.Queues);
        // Where a job stands depends on whether its queue has a quota.
        _pending.Reorder(_policies.Order);
        return ApplyResult.Done;
    }
}
