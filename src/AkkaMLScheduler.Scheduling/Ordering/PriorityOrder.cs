namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>Higher priority first; within one priority, first submitted, first served.</summary>
internal sealed class PriorityOrder : FixedOrder
{
    protected override int Compare(JobRequest a, JobRequest b)
    {
        var byPriority = b.Priority.CompareTo(a.Priority);
        return byPriority != 0 ? byPriority : a.SubmittedAt.CompareTo(b.SubmittedAt);
    }
}
