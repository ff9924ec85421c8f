namespace AkkaMLScheduler.Scheduling.State;

/// <summary>
/// Where a job stands in an order that depends on its request alone: by rank, then by submission, then by arrival, the lowest first.
/// </summary>
internal readonly record struct JobKey(Int128 Rank, long SubmittedTicks, long Sequence) : IComparable<JobKey>
{
    public bool IsBefore(in JobKey other) =>
        Rank != other.Rank ? Rank < other.Rank
        : SubmittedTicks != other.SubmittedTicks ? SubmittedTicks < other.SubmittedTicks
        : Sequence < other.Sequence;

    public int CompareTo(JobKey other) => IsBefore(other) ? -1 : other.IsBefore(this) ? 1 : 0;
}
