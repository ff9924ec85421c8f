using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Scheduling;

/// <summary>What one scheduling cycle decided. Two plans are equal when all their decisions are.</summary>
/// <param name="At">The instant it was made for; the started attempts count as started then.</param>
/// <param name="Starts">In the order they were decided.</param>
/// <param name="Preempts">Attempts asked to stop. They keep their resources until they end.</param>
/// <param name="Unschedulable">
/// The jobs this cycle looked at and could not start, at most <see cref="MaxUnschedulable"/>. Those behind a blocked head are not
/// looked at; <see cref="SchedulerCore.Explain(DateTimeOffset)"/> names all.
/// </param>
/// <param name="Reservations">Promised starts; empty without backfilling.</param>
public sealed record Plan(
    DateTimeOffset At,
    IReadOnlyList<StartDecision> Starts,
    IReadOnlyList<PreemptDecision> Preempts,
    IReadOnlyList<Unschedulable> Unschedulable,
    IReadOnlyList<Reservation> Reservations)
{
    /// <summary>Keeps a cycle's report small when thousands of jobs can never run.</summary>
    public const int MaxUnschedulable = 1_000;

    /// <summary>True when there is nothing to commit.</summary>
    [JsonIgnore]
    public bool IsEmpty => Starts.Count == 0 && Preempts.Count == 0;

    public bool Equals(Plan? other) =>
        other is not null && At == other.At && Sequences.Same(Starts, other.Starts) && Sequences.Same(Preempts, other.Preempts)
        && Sequences.Same(Unschedulable, other.Unschedulable) && Sequences.Same(Reservations, other.Reservations);

    public override int GetHashCode() => HashCode.Combine(At, Starts.Count, Preempts.Count);
}
