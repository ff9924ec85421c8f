namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>The shortest estimate first; jobs without one last; equal ones: first submitted, first served. Long jobs may starve.</summary>
internal sealed class ShortestFirst : FixedOrder
{
    protected override int Compare(JobRequest a, JobRequest b)
    {
        var byEstimate = (a.Expected ?? TimeSpan.MaxValue).CompareTo(b.Expected ?? TimeSpan.MaxValue);
        return byEstimate != 0 ? byEstimate : a.SubmittedAt.CompareTo(b.SubmittedAt);
    }
}
