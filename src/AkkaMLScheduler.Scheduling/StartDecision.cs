namespace AkkaMLScheduler.Scheduling;

/// <summary>The attempt gets this place: one placement per rank, in rank order.</summary>
public sealed record StartDecision(string Job, int Attempt, IReadOnlyList<Placement> Placements)
{
    public bool Equals(StartDecision? other) =>
        other is not null && Job == other.Job && Attempt == other.Attempt && Sequences.Same(Placements, other.Placements);

    public override int GetHashCode() => HashCode.Combine(Job, Attempt);
}
