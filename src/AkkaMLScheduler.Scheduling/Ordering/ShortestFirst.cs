namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>The shortest estimate first; jobs without one last; equal ones: first submitted, first served. Long jobs may starve.</summary>
internal sealed class ShortestFirst : FixedOrder
{
    protected override Int128 Rank(JobRequest job) => (job.Expected ?? TimeSpan.MaxValue).Ticks;
}
