namespace AkkaMLScheduler.Simulator;

/// <summary>The first line of a CSV does not name every column that is needed.</summary>
internal sealed class MissingColumnsException(IReadOnlyList<string> missing, IReadOnlyList<string> needed)
    : Exception($"its first line lacks the column{(missing.Count == 1 ? "" : "s")} {string.Join(", ", missing)} (needed: {string.Join(", ", needed)})");
