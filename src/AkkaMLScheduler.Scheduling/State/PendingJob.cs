namespace AkkaMLScheduler.Scheduling.State;

/// <summary>An attempt in the queue.</summary>
internal sealed class PendingJob(JobRequest request, long sequence)
{
    public JobRequest Request { get; } = request;

    /// <summary>Counts arrivals at this core; breaks ties, so that a replay is identical.</summary>
    public long Sequence { get; } = sequence;

    public TaskShape Shape { get; } = new(request);
}
