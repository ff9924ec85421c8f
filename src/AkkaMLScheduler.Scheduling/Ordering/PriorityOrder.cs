namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>
/// Higher priority first, where waiting counts: a job gains <paramref name="ageingPerHour"/> points an hour. All gain alike, so that the
/// order of two waiting jobs never changes and time does not come into it. Equal ones: first submitted, first served.
/// </summary>
internal sealed class PriorityOrder(int ageingPerHour) : FixedOrder
{
    protected override int Compare(JobRequest a, JobRequest b)
    {
        var byPriority = Points(b).CompareTo(Points(a));
        return byPriority != 0 ? byPriority : a.SubmittedAt.CompareTo(b.SubmittedAt);
    }

    private Int128 Points(JobRequest job) =>
        (Int128)job.Priority * TimeSpan.TicksPerHour - (Int128)ageingPerHour * job.SubmittedAt.UtcTicks;
}
