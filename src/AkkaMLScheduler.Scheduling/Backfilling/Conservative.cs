using AkkaMLScheduler.Scheduling.Placing;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>
/// Every job is promised a place and an instant when it comes: the earliest hole by the estimates of all that run and wait. When room
/// comes back sooner than was thought, the promises are gone through in order, each moved to its earliest hole with all others kept; so
/// none ever moves later (Mu'alem and Feitelson 2001), unless a job runs for longer than its estimate, a node is lost, or a preemption
/// makes room: that room belongs to the job it was made for, whoever was promised the place, and then all are promised anew.
/// </summary>
internal sealed class Conservative : IBackfill
{
    private Timeline? _timeline;

    public bool HoldsPlaces => true;

    public void Run(Cycle cycle)
    {
        if (!StartPromised(cycle)) return;
        var anew = cycle.Started.Count > 0;
        if (anew) _timeline = null;
        var timeline = anew
            ? new Timeline(cycle.Cluster, cycle.Started, [], cycle.Now)
            : _timeline ??= new Timeline(cycle.Cluster, [], cycle.Pending.Reserved, cycle.Now);
        timeline.Advance(cycle.Now);
        var jobs = Concerned(cycle, anew);
        var found = new Dictionary<PendingJob, Hole>();
        if (cycle.CompressionDue && !anew)
            foreach (var job in jobs)
                Improve(cycle, timeline, job, found);
        foreach (var job in jobs)
            if (anew || job.Reservation is null)
                Find(cycle, timeline, job, NodeTimeline.Never, found);
        var waiting = jobs.Where(job => !(anew ? found.ContainsKey(job) && TryTake(cycle, job, found) : TryStart(cycle, timeline, job, found))).ToList();
        foreach (var job in waiting) Promise(cycle, job, found);
        if (waiting.Find(job => cycle.Limit(job) is null) is { } head) cycle.Block(head);
        if (anew) return;

        // The plan may never be committed; when it is, the timeline is told.
        foreach (var (job, hole) in found)
        {
            timeline.Leave(job, hole.Reservation, hole.Nodes);
            if (job.Reservation is { } promised) timeline.Hold(job, promised, job.ReservedNodes);
        }
    }

    public void Started(Allocation held, PendingJob job) => _timeline?.Start(held, job);

    public void Ended(Allocation held, DateTimeOffset at) => _timeline?.End(held, at);

    public void Reserving(PendingJob job, Reservation? reservation, NodeState[] nodes)
    {
        if (job.Reservation is { } old) _timeline?.Leave(job, old, job.ReservedNodes);
        if (reservation is not null) _timeline?.Hold(job, reservation, nodes);
    }

    public void Forget() => _timeline = null;

    /// <summary>
    /// Starts those that others were asked to stop for, whatever place is held for whom. False when one of them still waits for that:
    /// until then nobody takes what it needs.
    /// </summary>
    private static bool StartPromised(Cycle cycle)
    {
        foreach (var job in cycle.Promised())
        {
            if (cycle.TryStart(job)) continue;
            cycle.Block(job);
            return false;
        }

        return true;
    }

    /// <summary>
    /// The jobs to look at, best first. When neither room has come back nor several jobs are new, those due and the new one are enough.
    /// </summary>
    private static List<PendingJob> Concerned(Cycle cycle, bool anew)
    {
        var pending = cycle.Pending;
        var all = anew || cycle.CompressionDue || cycle.Skips.LookAtAll || cycle.MayPreempt || pending.Unreserved.Count > 1;
        if (all) return [.. cycle.Candidates().Where(job => !job.Promised)];
        var due = pending.Reserved.TakeWhile(job => job.Reservation!.StartsAt <= cycle.Now);
        return [.. due.Concat(pending.Unreserved).Where(job => !job.Promised && Reasons.NotReady(cycle.Cluster, job, cycle.Now) is null && cycle.IsConsidered(job))];
    }

    private static void Improve(Cycle cycle, Timeline timeline, PendingJob job, Dictionary<PendingJob, Hole> found)
    {
        // Due ones are left alone: they wait only for what is about to end.
        if (job.Reservation is not { } promised || promised.StartsAt <= cycle.Now) return;
        timeline.Leave(job, promised, job.ReservedNodes);
        if (!Find(cycle, timeline, job, promised.StartsAt.UtcTicks, found)) timeline.Hold(job, promised, job.ReservedNodes);
    }

    private static bool Find(Cycle cycle, Timeline timeline, PendingJob job, long limit, Dictionary<PendingJob, Hole> found)
    {
        if (timeline.EarliestHole(job, cycle.Placement, limit) is not { } hole) return false;
        var reservation = new Reservation(job.Request.Job, job.Request.Attempt, new DateTimeOffset(hole.Start, TimeSpan.Zero))
        {
            Placements = hole.Place.Placements,
        };
        timeline.Hold(job, reservation, hole.Place.Nodes);
        found.Add(job, new Hole(reservation, hole.Place.Nodes));
        return true;
    }

    private static bool TryStart(Cycle cycle, Timeline timeline, PendingJob job, Dictionary<PendingJob, Hole> found)
    {
        if (TryTake(cycle, job, found)) return true;
        if (!found.ContainsKey(job) && job.Reservation is { } broken && broken.StartsAt <= cycle.Now)
        {
            // Something runs for longer than it was thought to, in the place held for this job.
            timeline.Leave(job, broken, job.ReservedNodes);
            if (!Find(cycle, timeline, job, NodeTimeline.Never, found)) timeline.Hold(job, broken, job.ReservedNodes);
            if (TryTake(cycle, job, found)) return true;
        }

        return false;
    }

    private static void Promise(Cycle cycle, PendingJob job, Dictionary<PendingJob, Hole> found)
    {
        if (found.TryGetValue(job, out var hole)) cycle.Reserve(hole.Reservation);
        if (cycle.Skips.LookAtAll && (found.ContainsKey(job) ? hole.Reservation : job.Reservation) is { } promised)
            cycle.Report(cycle.Limit(job) ?? Reasons.Say(job, PendingReason.Reserved, $"starts at {Reasons.Instant(promised.StartsAt)} or earlier"));
    }

    private static bool TryTake(Cycle cycle, PendingJob job, Dictionary<PendingJob, Hole> found)
    {
        var hole = found.TryGetValue(job, out var better) ? better : job.Reservation is { } promised ? new Hole(promised, job.ReservedNodes) : default;
        if (hole.Reservation is null || hole.Reservation.StartsAt > cycle.Now) return false;

        // All were within their limits when they were read; others have started since.
        if (cycle.Limit(job) is not null) return false;
        var place = new GangPlace([.. hole.Reservation.Placements], hole.Nodes);
        if (!cycle.TryTake(job, place)) return false;
        cycle.Start(job, place);
        return true;
    }

    /// <summary>An earlier or a first place for a job, found in this cycle.</summary>
    private readonly record struct Hole(Reservation Reservation, NodeState[] Nodes);
}
