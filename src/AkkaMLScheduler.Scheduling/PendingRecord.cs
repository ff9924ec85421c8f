namespace AkkaMLScheduler.Scheduling;

/// <summary>A pending attempt in a snapshot; its sequence is the arrival number that breaks ties of the order.</summary>
public sealed record PendingRecord(JobRequest Request, long Sequence);
