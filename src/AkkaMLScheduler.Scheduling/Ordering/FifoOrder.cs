namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>First submitted, first served.</summary>
internal sealed class FifoOrder : FixedOrder
{
    protected override int Compare(JobRequest a, JobRequest b) => a.SubmittedAt.CompareTo(b.SubmittedAt);
}
