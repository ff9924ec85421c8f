using AkkaMLScheduler.Scheduling.Ordering;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>
/// The pending jobs by id. Those that may start stand in the policy's order; the others (held, in backoff, waiting for another job) are
/// parked, so that a cycle does not walk over them.
/// </summary>
internal sealed class PendingJobs(ClusterState cluster, IJobOrder order)
{
    private static readonly Comparer<PendingJob> ByEligibility = Comparer<PendingJob>.Create((a, b) =>
    {
        var byInstant = a.Request.EligibleAt.CompareTo(b.Request.EligibleAt);
        return byInstant != 0 ? byInstant : a.Sequence.CompareTo(b.Sequence);
    });

    private static readonly Comparer<PendingJob> ByStart = Comparer<PendingJob>.Create((a, b) =>
    {
        var byInstant = a.Reservation!.StartsAt.CompareTo(b.Reservation!.StartsAt);
        return byInstant != 0 ? byInstant : a.Sequence.CompareTo(b.Sequence);
    });

    private readonly Dictionary<string, PendingJob> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<(TaskShape Shape, int Tasks), GangShape> _gangs = [];
    private readonly HashSet<PendingJob> _parked = [];
    private readonly SortedSet<PendingJob> _inBackoff = new(ByEligibility);
    private readonly Dictionary<string, List<PendingJob>> _dependents = new(StringComparer.Ordinal);
    private readonly SortedSet<PendingJob> _promised = new(Comparer<PendingJob>.Create((a, b) => a.Sequence.CompareTo(b.Sequence)));
    private readonly SortedSet<PendingJob> _reserved = new(ByStart);
    private readonly List<PendingJob> _unreserved = [];
    private long _readings;
    private ulong _bitsTaken;

    /// <summary>Those that may start.</summary>
    public IPendingQueue Queue { get; private set; } = order.NewQueue(cluster);

    public int Count => _byId.Count;

    public IReadOnlyCollection<PendingJob> All => _byId.Values;

    /// <summary>How many may start.</summary>
    public int ReadyCount => _byId.Count - _parked.Count;

    /// <summary>Those that others were asked to stop for, by arrival.</summary>
    public IReadOnlyCollection<PendingJob> Promised => _promised;

    /// <summary>Those with a place held for them, by its instant.</summary>
    public IReadOnlyCollection<PendingJob> Reserved => _reserved;

    /// <summary>Those that may start and have no place held for them, in no particular order.</summary>
    public IReadOnlyCollection<PendingJob> Unreserved => _unreserved;

    /// <summary>By arrival.</summary>
    public IEnumerable<PendingJob> Parked => _parked.OrderBy(job => job.Sequence);

    /// <summary>A number for the next cycle, or for another reading of the order, from 1.</summary>
    public long NextReading() => ++_readings;

    public PendingJob? Find(string job) => _byId.GetValueOrDefault(job);

    /// <summary>Adds it; it is parked until <see cref="Recheck"/> says otherwise.</summary>
    public void Add(PendingJob job)
    {
        _byId.Add(job.Request.Job, job);
        job.Queue.Name();
        var shape = (job.Shape, job.Request.FewestTasks);
        if (!_gangs.TryGetValue(shape, out var gang))
        {
            _gangs.Add(shape, gang = new GangShape(job.Shape) { Bit = ~_bitsTaken & (_bitsTaken + 1) });
            _bitsTaken |= gang.Bit;
        }

        job.Gang = gang;
        gang.Jobs++;
        job.Parked = true;
        _parked.Add(job);
        _inBackoff.Add(job);
        foreach (var dependency in job.Request.After)
        {
            if (!_dependents.TryGetValue(dependency.Job, out var waiting)) _dependents.Add(dependency.Job, waiting = []);
            waiting.Add(job);
        }
    }

    public void Remove(PendingJob job)
    {
        _byId.Remove(job.Request.Job);
        job.Queue.Unname();
        if (job.Parked)
        {
            _parked.Remove(job);
            _inBackoff.Remove(job);
        }
        else
        {
            Queue.Remove(job);
        }

        List(job, false);
        if (job.Promised) _promised.Remove(job);
        if (job.Reservation is not null) _reserved.Remove(job);
        if (--job.Gang.Jobs == 0)
        {
            _gangs.Remove((job.Shape, job.Request.FewestTasks));
            _bitsTaken &= ~job.Gang.Bit;
        }

        foreach (var dependency in job.Request.After)
        {
            if (!_dependents.TryGetValue(dependency.Job, out var waiting)) continue;
            waiting.Remove(job);
            if (waiting.Count == 0) _dependents.Remove(dependency.Job);
        }
    }

    public void Promise(PendingJob job)
    {
        job.Promised = true;
        _promised.Add(job);
    }

    /// <summary>Holds a place for it, or with null gives that up.</summary>
    public void Reserve(PendingJob job, Reservation? reservation, NodeState[] nodes)
    {
        if (job.Reservation is not null) _reserved.Remove(job);
        job.Reservation = reservation;
        job.ReservedNodes = nodes;
        if (reservation is not null) _reserved.Add(job);
        Note(job);
    }

    /// <summary>Those that wait for this job to be over.</summary>
    public IReadOnlyList<PendingJob> DependentsOf(string job) => _dependents.TryGetValue(job, out var waiting) ? waiting : [];

    /// <summary>Parks the job or makes it ready.</summary>
    public void Recheck(PendingJob job, bool ready)
    {
        if (ready && job.Parked)
        {
            job.Parked = false;
            _parked.Remove(job);
            Queue.Add(job);
        }
        else if (!ready && !job.Parked)
        {
            job.Parked = true;
            _parked.Add(job);
            Queue.Remove(job);
        }

        Note(job);
    }

    public void Reorder(IJobOrder newOrder)
    {
        Queue = newOrder.NewQueue(cluster);
        foreach (var job in _byId.Values)
            if (!job.Parked)
                Queue.Add(job);
    }

    /// <summary>Those whose backoff ends at or before <paramref name="now"/>, forgotten here.</summary>
    public IEnumerable<PendingJob> EndBackoffs(DateTimeOffset now)
    {
        while (_inBackoff.Min is { } next && next.Request.EligibleAt <= now)
        {
            _inBackoff.Remove(next);
            yield return next;
        }
    }

    /// <summary>The first instant after <paramref name="now"/> at which a backoff ends or a reservation comes due.</summary>
    public DateTimeOffset? NextInstant(DateTimeOffset now)
    {
        DateTimeOffset? first = null;
        foreach (var job in _inBackoff)
        {
            if (job.Request.EligibleAt <= now) continue;
            first = job.Request.EligibleAt;
            break;
        }

        foreach (var job in _reserved)
        {
            if (job.Reservation!.StartsAt <= now) continue;
            return first < job.Reservation.StartsAt ? first : job.Reservation.StartsAt;
        }

        return first;
    }

    private void Note(PendingJob job) => List(job, job is { Reservation: null, Parked: false });

    /// <summary>Lists the job among those without a place, or takes it out: the last one then takes its index.</summary>
    private void List(PendingJob job, bool isUnreserved)
    {
        if (isUnreserved == job.IndexInUnreserved >= 0) return;
        if (isUnreserved)
        {
            job.IndexInUnreserved = _unreserved.Count;
            _unreserved.Add(job);
            return;
        }

        var last = _unreserved[^1];
        _unreserved[job.IndexInUnreserved] = last;
        last.IndexInUnreserved = job.IndexInUnreserved;
        _unreserved.RemoveAt(_unreserved.Count - 1);
        job.IndexInUnreserved = -1;
    }
}
