namespace AkkaMLScheduler.Workloads.Parameters;

/// <summary>"Did you mean": the known name nearest to what was written.</summary>
internal static class Suggestion
{
    // Longer names are cut: the distance costs length², and no known name is this long.
    private const int LongestCompared = 64;

    /// <summary>
    /// The tail of an error sentence: <c>; did you mean 'steps'?</c> when a name is near (at most a third of its letters differ, by
    /// Levenshtein distance without regard to case), else the list of known names.
    /// </summary>
    public static string For(string written, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToList();
        var nearest = names
            .Select(name => (Name: name, Distance: Distance(written.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.Distance <= Math.Max(1, candidate.Name.Length / 3))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
        return nearest is null ? $"; known: {string.Join(", ", names)}" : $"; did you mean '{nearest}'?";
    }

    private static int Distance(string left, string right)
    {
        left = left[..Math.Min(left.Length, LongestCompared)];
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replace = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replace, 1 + Math.Min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[right.Length];
    }
}
