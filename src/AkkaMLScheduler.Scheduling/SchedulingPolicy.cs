namespace AkkaMLScheduler.Scheduling;

/// <summary>Four choices by name; <see cref="PolicyRegistry"/> knows the names. They combine freely.</summary>
/// <param name="Order">Who is next.</param>
/// <param name="Backfill">Who may pass a blocked head.</param>
/// <param name="Placement">Which node a task gets.</param>
/// <param name="Preemption">Who must give way.</param>
public sealed record SchedulingPolicy(string Order, string Backfill, string Placement, string Preemption)
{
    public static readonly SchedulingPolicy Default = new("priority", "none", "best-fit", "none");

    /// <summary>Points of priority that a job gains per hour of waiting, so that none waits for ever; 0 for none.</summary>
    public int AgeingPerHour { get; init; } = 1;

    /// <summary>
    /// Under <c>drf</c> without backfilling, jobs of other queues pass a blocked one; once it has waited this long they no longer do.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What the placement <c>random</c> draws from.</summary>
    public long Seed { get; init; }

    public override string ToString() => $"{Order}+{Backfill}+{Placement}+{Preemption}";
}
