namespace AkkaMLScheduler.Scheduling;

/// <summary>The running attempt must stop, so that <paramref name="Beneficiary"/> (a pending job) can start once it has ended.</summary>
public sealed record PreemptDecision(string Job, int Attempt, string Beneficiary);
