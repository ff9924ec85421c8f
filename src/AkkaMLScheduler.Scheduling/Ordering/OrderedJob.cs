using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>A job in a list, with what it is ordered and passed over by, so that reading the list touches no other memory.</summary>
/// <param name="Key">Its place in the order.</param>
/// <param name="LengthTicks">
/// Its estimate; the longest possible when it has none. The shortest possible where its queue has a quota: being looked at, it may close
/// that, so it is never passed over for its length.
/// </param>
/// <param name="Gang">Its shape.</param>
/// <param name="Job">The job itself.</param>
internal readonly record struct OrderedJob(JobKey Key, long LengthTicks, GangShape Gang, PendingJob Job) : IOrdered<OrderedJob>
{
    public static OrderedJob Of(PendingJob job) => new(job.Key, LengthOf(job), job.Gang, job);

    /// <summary>See <see cref="LengthTicks"/>.</summary>
    public static long LengthOf(PendingJob job) => job.Queue.HasQuota ? long.MinValue : job.Request.Expected?.Ticks ?? long.MaxValue;

    public bool IsBefore(in OrderedJob other) => Key.IsBefore(other.Key);
}
