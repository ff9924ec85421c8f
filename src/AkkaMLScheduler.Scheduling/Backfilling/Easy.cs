using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Backfilling;

/// <summary>
/// The head gets a promise: its shadow time, the earliest instant at which it fits by the estimates of what runs. Others pass it when
/// they end by then, or leave room enough for it then (Lifka 1995; Mu'alem and Feitelson 2001). In several resources and over nodes.
/// </summary>
internal sealed class Easy : IBackfill
{
    public bool HoldsPlaces => false;

    public void Run(Cycle cycle)
    {
        using var jobs = cycle.Candidates().GetEnumerator();
        while (jobs.MoveNext())
        {
            if (cycle.TryStart(jobs.Current)) continue;
            var head = jobs.Current;
            cycle.Block(head);
            var shadow = new Shadow(cycle, head);
            if (shadow.IsKnown) cycle.Reserve(new Reservation(head.Request.Job, head.Request.Attempt, shadow.At));
            Fill(cycle, shadow, jobs);
            return;
        }
    }

    private static void Fill(Cycle cycle, Shadow shadow, IEnumerator<PendingJob> jobs)
    {
        var slack = shadow.At - cycle.Now;
        while (jobs.MoveNext())
        {
            var job = jobs.Current;
            var isShort = job.Request.Expected is { } length && length <= slack;
            if (!isShort && cycle.Skips.IsShortOnly(job.Gang))
            {
                Report(cycle, job, shadow);
                continue;
            }

            if (cycle.Place(job) is not { } place)
            {
                cycle.Skips.Skip(job.Gang);
                if (cycle.Skips.LookAtAll) cycle.Report(Reasons.DoesNotFit(job, cycle.RoomNow(job.Shape)));
                continue;
            }

            if (shadow.Allows(job, place, isShort))
            {
                cycle.Start(job, place);
                continue;
            }

            cycle.GiveBack();
            if (cycle.Place(job, shadow.IsHarmless(job)) is { } elsewhere)
            {
                if (shadow.Allows(job, elsewhere, isShort))
                {
                    cycle.Start(job, elsewhere);
                    continue;
                }

                cycle.GiveBack();
            }

            // The room left beside the head only shrinks: where one long job of a shape is in its way, the next would be too.
            cycle.Skips.SkipLonger(job.Gang, slack);
            Report(cycle, job, shadow);
        }
    }

    private static void Report(Cycle cycle, PendingJob job, Shadow shadow)
    {
        if (!cycle.Skips.LookAtAll) return;
        var text = shadow.IsKnown
            ? $"fits, but may still run at {Reasons.Instant(shadow.At)}, when {shadow.Head.Request.Job} is to start in its place"
            : $"fits, but would be in the way of {shadow.Head.Request.Job}, which waits for jobs without an estimate";
        cycle.Report(Reasons.Say(job, PendingReason.WouldDelayHead, text));
    }
}
