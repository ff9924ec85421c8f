namespace AkkaMLScheduler.Scheduling;

/// <summary>What an input did.</summary>
/// <param name="Changed">False when it said nothing new, or was refused.</param>
/// <param name="Ignored">Why nothing changed; null when something did.</param>
/// <param name="LostRanks">
/// Attempts that had ranks on a node lost through this input, by job id. They stay allocated until they end.
/// </param>
public sealed record ApplyResult(bool Changed, string? Ignored, IReadOnlyList<JobAttempt> LostRanks)
{
    internal static readonly ApplyResult Done = new(true, null, []);

    internal static ApplyResult Nothing(string why) => new(false, why, []);
}
