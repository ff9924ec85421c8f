namespace AkkaMLScheduler.Scheduling;

/// <summary>Four choices by name; <see cref="PolicyRegistry"/> knows the names. They combine freely.</summary>
/// <param name="Order">Who is next.</param>
/// <param name="Backfill">Who may pass a blocked head.</param>
/// <param name="Placement">Which node a task gets.</param>
/// <param name="Preemption">Who must give way.</param>
public sealed record SchedulingPolicy(string Order, string Backfill, string Placement, string Preemption)
{
    public static readonly SchedulingPolicy Default = new("priority", "none", "best-fit", "none");

    public override string ToString() => $"{Order}+{Backfill}+{Placement}+{Preemption}";
}
