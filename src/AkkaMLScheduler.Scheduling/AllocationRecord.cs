namespace AkkaMLScheduler.Scheduling;

/// <summary>An allocation in a snapshot. A placement on a life of a node that is not up holds nothing.</summary>
public sealed record AllocationRecord(
    JobRequest Request, DateTimeOffset StartedAt, IReadOnlyList<Placement> Placements, string? Beneficiary)
{
    public bool Equals(AllocationRecord? other) =>
        other is not null && Request == other.Request && StartedAt == other.StartedAt && Beneficiary == other.Beneficiary
        && Sequences.Same(Placements, other.Placements);

    public override int GetHashCode() => HashCode.Combine(Request, StartedAt);
}
