using AkkaMLScheduler.Scheduling.Placing;
using AkkaMLScheduler.Scheduling.Preempting;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling;

/// <summary>
/// One scheduling cycle. What it starts is taken from the cluster at once: committing its plan keeps that, anything else gives it back.
/// </summary>
internal sealed class Cycle
{
    private readonly Policies _policies;
    private readonly SchedulingPolicy _policy;
    private readonly LivePool _pool;
    private readonly long _number;
    private readonly Dictionary<TaskShape, (long Changes, long Tasks)> _roomNow = [];
    private readonly Dictionary<string, int> _startedInArray = new(StringComparer.Ordinal);
    private readonly List<StartDecision> _starts = [];
    private readonly List<PreemptDecision> _preempts = [];
    private readonly List<Unschedulable> _unschedulable = [];
    private readonly List<Reservation> _reservations = [];
    private PendingJob? _served;

    /// <param name="cluster">Changed while the cycle is open.</param>
    /// <param name="pending">Not changed.</param>
    /// <param name="policies">The choices that are made.</param>
    /// <param name="policy">Their parameters.</param>
    /// <param name="now">The instant planned for.</param>
    /// <param name="compressionDue">Room has come that the promises do not know of.</param>
    /// <param name="lookAtAll">Every job's reason is wanted.</param>
    public Cycle(
        ClusterState cluster, PendingJobs pending, Policies policies, SchedulingPolicy policy, DateTimeOffset now, bool compressionDue, bool lookAtAll)
    {
        _policies = policies;
        _policy = policy;
        _pool = new LivePool(cluster, policies.Placement);
        Cluster = cluster;
        Pending = pending;
        Now = now;
        CompressionDue = compressionDue;
        _number = pending.NextReading();
        Skips = new Skips(_number) { LookAtAll = lookAtAll, ReadsAhead = policies.Backfill.HoldsPlaces };
    }

    public ClusterState Cluster { get; }

    public PendingJobs Pending { get; }

    public DateTimeOffset Now { get; }

    public bool CompressionDue { get; }

    public Skips Skips { get; }

    public INodeChoice Placement => _policies.Placement;

    /// <summary>True when a head may stop others, so that it matters which job is the first that cannot start.</summary>
    public bool MayPreempt => _policies.Preemption is not NoPreemption;

    /// <summary>What this cycle starts, in the order it was decided.</summary>
    public List<Allocation> Started { get; } = [];

    /// <summary>The jobs of these attempts.</summary>
    public List<PendingJob> StartedJobs { get; } = [];

    /// <summary>Running attempts that this cycle asks to stop, or that were asked before: they may end at any moment.</summary>
    public HashSet<Allocation> Leaving { get; } = [];

    public Plan? Plan { get; private set; }

    private bool IsReportFull => !Skips.LookAtAll && _unschedulable.Count >= Plan.MaxUnschedulable;

    /// <summary>
    /// 1. Ask those to stop that are beyond their time limit or on a drained node. 2. Go through the pending jobs in order, as the
    /// backfilling says: start each gang that fits whole; the first that does not fit is the head, and may preempt; some may pass it.
    /// </summary>
    public Plan Run()
    {
        Leaving.UnionWith(Cluster.Stopping);
        var expired = Cluster.ByDeadline.TakeWhile(held => held.Deadline <= Now).ToList();
        Leaving.UnionWith(expired);
        Drain();
        if (Pending.ReadyCount > 0) _policies.Backfill.Run(this);
        return Plan = new Plan(Now, _starts, _preempts, _unschedulable, _reservations)
        {
            Expires = [.. expired.Select(held => held.Request.Id)],
            Compressed = CompressionDue,
        };
    }

    /// <summary>
    /// The jobs to try, best first: those that were promised room by a preemption, then by the policy's order. Jobs that cannot start
    /// whatever is free are reported and left out.
    /// </summary>
    public IEnumerable<PendingJob> Candidates()
    {
        foreach (var job in Promised()) yield return job;
        foreach (var job in Pending.Queue.InOrder(Skips))
        {
            if (!job.Promised && IsConsidered(job))
                yield return job;
            else
                Skips.LeftOut = job;
        }
    }

    /// <summary>Those that others were asked to stop for, by arrival.</summary>
    public IEnumerable<PendingJob> Promised() =>
        Pending.Promised.Where(job => Reasons.NotReady(Cluster, job, Now) is null && IsConsidered(job));

    /// <summary>Starts the gang, whole, on nodes that are <paramref name="allowed"/>; or leaves everything as it was.</summary>
    public bool TryStart(PendingJob job, Func<NodeState, bool>? allowed = null)
    {
        if (Place(job, allowed) is not { } place) return false;
        Start(job, place);
        return true;
    }

    /// <summary>Takes a place for the gang that is then to be given to <see cref="Start"/> or <see cref="GiveBack"/>; null when it does not fit.</summary>
    public GangPlace? Place(PendingJob job, Func<NodeState, bool>? allowed = null)
    {
        if (job.Gang.NotFittingIn == _number) return null;
        // Looking for a rack goes over all nodes: not for a gang that is too large for what is free.
        var (request, fewest) = (job.Request, job.Request.FewestTasks);
        var mayFit = request.Tasks == 1 || Cluster.RoomNow(job.Shape, fewest) >= fewest;
        if (mayFit && GangPlacer.Place(_pool, Cluster, job, allowed) is { } place) return place;
        _pool.GiveBack();
        if (allowed is null) job.Gang.NotFittingIn = _number;
        return null;
    }

    /// <summary>Takes exactly this place; false, and nothing taken, when it is not free.</summary>
    public bool TryTake(PendingJob job, GangPlace place)
    {
        for (var rank = 0; rank < place.Nodes.Length; rank++)
        {
            var node = place.Nodes[rank];
            if (node.Live && node.IsOpen && node.Room.Fits(job.Shape.Ask, place.Placements[rank].Gpus))
            {
                _pool.Take(node, job.Shape.Ask, place.Placements[rank].Gpus);
                continue;
            }

            _pool.GiveBack();
            return false;
        }

        return true;
    }

    public void Start(PendingJob job, GangPlace place)
    {
        var request = job.Request;
        var allocation = new Allocation(request, job.Queue, Now, place.Placements, place.Nodes);
        job.Queue.Charge(allocation.Total);
        if (request.Array is { } array) _startedInArray[array] = _startedInArray.GetValueOrDefault(array) + 1;
        Started.Add(allocation);
        StartedJobs.Add(job);
        _pool.Keep();
        _starts.Add(new StartDecision(request.Job, request.Attempt, place.Placements));
    }

    /// <summary>Gives back the place that was taken last and not started.</summary>
    public void GiveBack() => _pool.GiveBack();

    /// <summary>Gives back everything this cycle took.</summary>
    public void Undo()
    {
        _pool.GiveBack();
        foreach (var started in Started)
        {
            started.Queue.Charge(Resources.None - started.Total);
            for (var rank = 0; rank < started.Nodes.Length; rank++)
                Cluster.Give(started.Nodes[rank], started.Request.PerTask, started.Placements[rank].Gpus);
        }

        Started.Clear();
    }

    /// <summary>Says why the head does not start, after seeing whether others must give way to it; one head a cycle may have that.</summary>
    public void Block(PendingJob head)
    {
        var victims = _served is null ? _policies.Preemption.Victims(this, head) : [];
        if (victims.Count > 0) _served = head;
        foreach (var victim in victims)
        {
            Leaving.Add(victim);
            _preempts.Add(new PreemptDecision(victim.Request.Job, victim.Request.Attempt, head.Request.Job));
        }

        // A thousand queues may each have a blocked head: one report for each shape says as much.
        if (IsReportFull) return;
        if (victims.Count == 0 && !Skips.LookAtAll)
        {
            if (head.Gang.ReportedIn == _number) return;
            head.Gang.ReportedIn = _number;
        }

        var stopping = victims.Count + Cluster.StoppingFor(head.Request.Job);
        Report(stopping > 0
            ? Reasons.Say(head, PendingReason.Preempting, $"waits for {stopping} attempts to stop")
            : Reasons.DoesNotFit(head, RoomNow(head.Shape)));
    }

    /// <summary>True when, without backfilling, others may pass this blocked job; those of its own queue may not.</summary>
    public bool MayBePassed(PendingJob blocked)
    {
        if (!_policies.Order.QueuesPassEachOther || blocked.Promised || blocked == _served || Now - blocked.Request.SubmittedAt >= _policy.Patience) return false;
        Skips.Close(
            blocked.Queue, PendingReason.Priority,
            Skips.LookAtAll ? $"behind {blocked.Request.Job}, which is first in its queue and cannot start" : "behind the first in its queue");
        return true;
    }

    public void Reserve(Reservation reservation) => _reservations.Add(reservation);

    public void Report(Unschedulable reason)
    {
        if (!IsReportFull) _unschedulable.Add(reason);
    }

    /// <summary>How many tasks of this shape fit what is free on open nodes now. Counted once for all that ask while nothing changes.</summary>
    public long RoomNow(in TaskShape shape)
    {
        if (_roomNow.TryGetValue(shape, out var known) && known.Changes == Cluster.Nodes.Changes) return known.Tasks;
        var tasks = Cluster.RoomNow(shape);
        _roomNow[shape] = (Cluster.Nodes.Changes, tasks);
        return tasks;
    }

    /// <summary>Which limit the job would exceed, with all that this cycle has started; null when none.</summary>
    public Unschedulable? Limit(PendingJob job) => Reasons.Limited(Cluster, job, _startedInArray, Skips);

    private void Drain()
    {
        var draining = Cluster.Closed.Where(one => one.Value).Select(one => one.Key).ToHashSet(StringComparer.Ordinal);
        if (draining.Count == 0 && Cluster.Leaving.Count == 0) return;
        var there = Cluster.Allocations.Where(held =>
            Array.Exists(held.Nodes, node => node.Live && (Cluster.Leaving.Contains(node) || draining.Contains(node.Name))));
        foreach (var held in there.Where(held => !Leaving.Contains(held)).OrderBy(held => held.Request.Job, StringComparer.Ordinal).ToList())
        {
            Leaving.Add(held);
            _preempts.Add(new PreemptDecision(held.Request.Job, held.Request.Attempt, null));
        }
    }

    /// <summary>False, and reported, when the job cannot start whatever is free.</summary>
    public bool IsConsidered(PendingJob job)
    {
        if (Skips.Closing(job.Queue) is { } closed)
        {
            Report(Reasons.Say(job, closed.Reason, closed.Text));
            return false;
        }

        var reason = Reasons.Infeasible(Cluster, job);
        if (reason is not null)
            Skips.Skip(job.Gang);
        else
            reason = Limit(job) ?? Reasons.NotReady(Cluster, job, Now);
        if (reason is null) return true;
        Report(reason);
        return false;
    }
}
