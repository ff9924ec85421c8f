namespace AkkaMLScheduler.Scheduling;

/// <summary>An allocation in a snapshot. A placement on a life of a node that is not up holds nothing.</summary>
public sealed record AllocationRecord(JobRequest Request, DateTimeOffset StartedAt, IReadOnlyList<Placement> Placements)
{
    /// <summary>When it last saved its state.</summary>
    public DateTimeOffset SavedAt { get; init; }

    /// <summary>It was asked to stop.</summary>
    public bool Stopping { get; init; }

    /// <summary>For whom, if for another job.</summary>
    public string? Beneficiary { get; init; }

    public bool Equals(AllocationRecord? other) =>
        other is not null && Request == other.Request && StartedAt == other.StartedAt && SavedAt == other.SavedAt
        && Stopping == other.Stopping && Beneficiary == other.Beneficiary && Sequences.Same(Placements, other.Placements);

    public override int GetHashCode() => HashCode.Combine(Request, StartedAt);
}
