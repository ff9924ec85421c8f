namespace AkkaMLScheduler.Contracts;

/// <summary>"Did you mean": the known word nearest to a mistyped one.</summary>
public static class Suggestion
{
    /// <summary>A ready clause such as <c>; did you mean 'priority'?</c>, or an empty string when nothing is near.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        var (nearest, distance) = known.Select(k => (k, Distance(word.ToLowerInvariant(), k.ToLowerInvariant())))
            .DefaultIfEmpty(("", int.MaxValue)).MinBy(pair => pair.Item2);
        return distance <= Math.Max(2, word.Length / 3) ? $"; did you mean '{nearest}'?" : "";
    }

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replace, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[b.Length];
    }
}
