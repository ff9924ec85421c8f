namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>First submitted, first served.</summary>
internal sealed class FifoOrder : FixedOrder
{
    protected override Int128 Rank(JobRequest job) => 0;
}
