namespace AkkaMLScheduler.Scheduling;

/// <summary>The running attempt must stop.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Attempt">The running attempt.</param>
/// <param name="Beneficiary">The pending job that can start once it has ended; null when its node is drained.</param>
public sealed record PreemptDecision(string Job, int Attempt, string? Beneficiary);
