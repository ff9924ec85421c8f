using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Scheduling;

/// <summary>A promise: the attempt starts at this instant or earlier.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Attempt">The waiting attempt.</param>
/// <param name="StartsAt">The latest start; under <c>easy</c> the head's shadow time.</param>
public sealed record Reservation(string Job, int Attempt, DateTimeOffset StartsAt)
{
    /// <summary>Where it will run, when the place itself is held for it; otherwise empty.</summary>
    public IReadOnlyList<Placement> Placements { get; init; } = [];

    /// <summary>True when committing it holds a place; false when it only foretells.</summary>
    [JsonIgnore]
    public bool IsHeld => Placements.Count > 0;

    public bool Equals(Reservation? other) =>
        other is not null && Job == other.Job && Attempt == other.Attempt && StartsAt == other.StartsAt
        && Sequences.Same(Placements, other.Placements);

    public override int GetHashCode() => HashCode.Combine(Job, Attempt, StartsAt);
}
