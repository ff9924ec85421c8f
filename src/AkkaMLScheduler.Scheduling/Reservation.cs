namespace AkkaMLScheduler.Scheduling;

/// <summary>A promise: the attempt starts at this instant or earlier.</summary>
public sealed record Reservation(string Job, int Attempt, DateTimeOffset StartsAt);
