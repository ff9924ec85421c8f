namespace AkkaMLScheduler.Scheduling;

/// <summary>A shape of task that is often asked for; what fragmentation is measured against.</summary>
/// <param name="Ask">What one task of it asks for. Memory plays no part.</param>
/// <param name="Popularity">Its share of all tasks, 0..1.</param>
public sealed record TypicalTask(Resources Ask, double Popularity);
