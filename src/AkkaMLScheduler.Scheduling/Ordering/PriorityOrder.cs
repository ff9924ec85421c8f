namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>
/// Higher priority first, where waiting counts: a job gains <paramref name="ageingPerHour"/> points an hour. All gain alike, so that the
/// order of two waiting jobs never changes and time does not come into it. Equal ones: first submitted, first served.
/// </summary>
internal sealed class PriorityOrder(int ageingPerHour) : FixedOrder
{
    protected override Int128 Rank(JobRequest job) =>
        (Int128)ageingPerHour * job.SubmittedAt.UtcTicks - (Int128)job.Priority * TimeSpan.TicksPerHour;
}
