using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Scheduling;

/// <summary>What one scheduling cycle decided. Two plans are equal when all their decisions are.</summary>
/// <param name="At">The instant it was made for; the started attempts count as started then.</param>
/// <param name="Starts">In the order they were decided.</param>
/// <param name="Preempts">Attempts asked to stop. They keep their resources until they end.</param>
/// <param name="Unschedulable">
/// Jobs this cycle looked at and could not start, at most <see cref="MaxUnschedulable"/>, and one for many of the same shape.
/// <see cref="SchedulerCore.Explain(DateTimeOffset)"/> names all.
/// </param>
/// <param name="Reservations">Promised starts that are new or have changed; empty without backfilling.</param>
public sealed record Plan(
    DateTimeOffset At,
    IReadOnlyList<StartDecision> Starts,
    IReadOnlyList<PreemptDecision> Preempts,
    IReadOnlyList<Unschedulable> Unschedulable,
    IReadOnlyList<Reservation> Reservations)
{
    /// <summary>Keeps a cycle's report small when thousands of jobs can never run.</summary>
    public const int MaxUnschedulable = 1_000;

    /// <summary>Attempts that have run for longer than their time limit, asked to stop.</summary>
    public IReadOnlyList<JobAttempt> Expires { get; init; } = [];

    /// <summary>True when the promises were looked through for earlier starts; committing it says that this was done.</summary>
    public bool Compressed { get; init; }

    /// <summary>True when there is nothing to commit.</summary>
    [JsonIgnore]
    public bool IsEmpty => Starts.Count == 0 && Preempts.Count == 0 && Expires.Count == 0 && !Compressed && !Reservations.Any(one => one.IsHeld);

    public bool Equals(Plan? other) =>
        other is not null && At == other.At && Compressed == other.Compressed && Sequences.Same(Starts, other.Starts)
        && Sequences.Same(Preempts, other.Preempts) && Sequences.Same(Unschedulable, other.Unschedulable)
        && Sequences.Same(Reservations, other.Reservations) && Sequences.Same(Expires, other.Expires);

    public override int GetHashCode() => HashCode.Combine(At, Starts.Count, Preempts.Count);
}
