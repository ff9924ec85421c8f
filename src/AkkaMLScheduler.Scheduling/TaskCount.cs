namespace AkkaMLScheduler.Scheduling;

/// <summary>How many tasks with this ask have come.</summary>
/// <param name="Ask">What one task asks for, without its memory.</param>
/// <param name="Tasks">How many.</param>
public sealed record TaskCount(Resources Ask, long Tasks);
