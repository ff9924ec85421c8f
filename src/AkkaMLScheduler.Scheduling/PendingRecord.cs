namespace AkkaMLScheduler.Scheduling;

/// <summary>A pending attempt in a snapshot; its sequence is the arrival number that breaks ties of the order.</summary>
/// <param name="Request">What it asks for.</param>
/// <param name="Sequence">Its arrival number.</param>
/// <param name="Held">Whether it waits to be released.</param>
/// <param name="Promised">Whether others were asked to stop for it.</param>
/// <param name="Reservation">The place held for it, if any.</param>
public sealed record PendingRecord(JobRequest Request, long Sequence, bool Held, bool Promised, Reservation? Reservation);
