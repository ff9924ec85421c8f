namespace AkkaMLScheduler.Simulator.Report;

/// <summary>An empirical distribution function, thinned to a bounded number of points.</summary>
/// <param name="Values">Ascending, no two alike; the first and the last are the least and the greatest of the sample.</param>
/// <param name="Counts">How many of the sample are at most the value beside it.</param>
internal sealed record CumulativeDistribution(IReadOnlyList<double> Values, IReadOnlyList<long> Counts)
{
    /// <summary>Steps in rank that are kept; with the tail's, fewer than a thousand points.</summary>
    private const int RankSteps = 500;

    public static CumulativeDistribution Of(IEnumerable<double> sample)
    {
        var sorted = sample.ToArray();
        Array.Sort(sorted);
        var values = new List<double>();
        var counts = new List<long>();
        foreach (var rank in Ranks(sorted.Length))
        {
            var value = sorted[rank];
            if (values.Count > 0 && values[^1] == value) continue;
            values.Add(value);
            counts.Add(CountAtMost(sorted, rank));
        }

        return new CumulativeDistribution(values, counts);
    }

    /// <summary>Evenly spaced ranks, then ever finer ones: on a logarithmic axis the last per cent is as wide as the rest.</summary>
    private static IEnumerable<int> Ranks(int count)
    {
        if (count == 0) return [];
        var ranks = new SortedSet<int> { 0, count - 1 };
        foreach (var (from, steps) in new[] { (0.0, RankSteps), (0.99, RankSteps / 4), (0.999, RankSteps / 4) })
            for (var step = 0; step < steps; step++)
                ranks.Add((int)((from + (1 - from) * step / steps) * (count - 1)));
        return ranks;
    }

    private static int CountAtMost(double[] sorted, int rank)
    {
        var (low, high) = (rank + 1, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] > sorted[rank]) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
