using AkkaMLScheduler.Scheduling.Placing;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>
/// Every job is promised a place and an instant when it comes: the earliest hole by the estimates of all that run and wait. When room
/// comes back sooner than was thought, the promises are gone through in order, each moved to its earliest hole with all others kept; so
/// none ever moves later (Mu'alem and Feitelson 2001).
/// </summary>
internal sealed class Conservative : IBackfill
{
    public bool HoldsPlaces => true;

    public void Run(Cycle cycle)
    {
        var timeline = new Timeline(cycle);
        foreach (var job in cycle.Pending.Reserved)
            timeline.Hold(job, job.Reservation!.StartsAt.UtcTicks, job.Reservation.Placements, job.ReservedNodes);
        var hasNews = cycle.CompressionDue || cycle.Skips.LookAtAll || cycle.Pending.Reserved.Count < cycle.Pending.ReadyCount;
        // A promise that comes due needs no look at the others.
        var jobs = hasNews ? cycle.Candidates().ToList() : [.. cycle.Pending.Reserved.TakeWhile(job => job.Reservation!.StartsAt <= cycle.Now)];
        var places = new Dictionary<PendingJob, (long Start, GangPlace Place)>();
        if (cycle.CompressionDue)
            foreach (var job in jobs)
                Improve(cycle, timeline, job, places);
        foreach (var job in jobs)
        {
            if (job.Reservation is not null || timeline.EarliestHole(job, NodeTimeline.Never) is not { } hole) continue;
            timeline.Hold(job, hole.Start, hole.Place.Placements, hole.Place.Nodes);
            places.Add(job, hole);
        }

        PendingJob? head = null;
        foreach (var job in jobs)
            if (!TryStart(cycle, job, places))
                head ??= job;
        if (head is not null) cycle.Block(head);
    }

    private static void Improve(Cycle cycle, Timeline timeline, PendingJob job, Dictionary<PendingJob, (long Start, GangPlace Place)> places)
    {
        // Due ones are left alone: they wait only for what is about to end.
        if (job.Reservation is not { } promised || promised.StartsAt <= cycle.Now) return;
        timeline.Leave(job);
        if (timeline.EarliestHole(job, promised.StartsAt.UtcTicks) is { } hole)
        {
            timeline.Hold(job, hole.Start, hole.Place.Placements, hole.Place.Nodes);
            places.Add(job, hole);
        }
        else
        {
            timeline.Hold(job, promised.StartsAt.UtcTicks, promised.Placements, job.ReservedNodes);
        }
    }

    private static bool TryStart(Cycle cycle, PendingJob job, Dictionary<PendingJob, (long Start, GangPlace Place)> places)
    {
        var isNew = places.TryGetValue(job, out var found);
        if (!isNew)
        {
            if (job.Reservation is not { } promised) return false;
            found = (promised.StartsAt.UtcTicks, new GangPlace([.. promised.Placements], job.ReservedNodes));
        }

        if (found.Start <= cycle.Now.UtcTicks && cycle.TryTake(job, found.Place))
        {
            cycle.Start(job, found.Place);
            return true;
        }

        var startsAt = new DateTimeOffset(found.Start, TimeSpan.Zero);
        if (isNew) cycle.Reserve(new Reservation(job.Request.Job, job.Request.Attempt, startsAt) { Placements = found.Place.Placements });
        if (cycle.Skips.LookAtAll) cycle.Report(Reasons.Say(job, PendingReason.Reserved, $"starts at {Reasons.Instant(startsAt)} or earlier"));
        return false;
    }
}
