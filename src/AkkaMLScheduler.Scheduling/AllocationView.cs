namespace AkkaMLScheduler.Scheduling;

/// <summary>What an attempt holds.</summary>
/// <param name="Request">What it asked for.</param>
/// <param name="StartedAt">The instant of the plan that started it.</param>
/// <param name="Placements">One per rank, in rank order.</param>
/// <param name="Beneficiary">The pending job it was asked to give way to; null while it runs undisturbed.</param>
/// <param name="LostRanks">Ranks whose node was lost: they hold nothing any more.</param>
public sealed record AllocationView(
    JobRequest Request,
    DateTimeOffset StartedAt,
    IReadOnlyList<Placement> Placements,
    string? Beneficiary,
    IReadOnlyList<int> LostRanks)
{
    public string Job => Request.Job;

    public int Attempt => Request.Attempt;

    public bool IsPreempting => Beneficiary is not null;

    /// <summary>It was asked to stop: for another job, at its time limit, or because its node is drained.</summary>
    public bool IsStopping { get; init; }

    /// <summary>When its estimate says it ends; null when it has none.</summary>
    public DateTimeOffset? PredictedEnd { get; init; }

    public bool Equals(AllocationView? other) =>
        other is not null && Request == other.Request && StartedAt == other.StartedAt && Beneficiary == other.Beneficiary
        && IsStopping == other.IsStopping && PredictedEnd == other.PredictedEnd
        && Sequences.Same(Placements, other.Placements) && Sequences.Same(LostRanks, other.LostRanks);

    public override int GetHashCode() => HashCode.Combine(Request, StartedAt);
}
