namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>
/// The published score of a change of fragmentation: the whole part of 100 times the logistic function of minus the change in whole GPUs,
/// 0..99; 50 is no change.
/// </summary>
/// <remarks>
/// The score is at least s as long as the change is at most ln((100 - s) / s). These limits are computed once, with a series of basic
/// operations only, which are the same on any machine; <see cref="Math.Exp"/> need not be. The published code reaches 100 where the
/// change is below -36 GPUs, more than a machine has.
/// </remarks>
internal static class FragmentationScore
{
    /// <summary>The largest change for each score from 1, in thousandths of a GPU times <see cref="FragmentationMeasure.Scale"/>.</summary>
    private static readonly long[] Limits = [.. Enumerable.Range(1, 99).Select(score => (long)Math.Floor(Limit(score)))];

    public static int Of(long change)
    {
        var (low, high) = (0, Limits.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (change <= Limits[middle])
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>ln((100 - s) / s) as twice the area hyperbolic tangent of (50 - s) / 50, by its power series.</summary>
    private static double Limit(int score)
    {
        const int terms = 2_000;
        var x = (50 - score) / 50.0;
        var sum = 0.0;
        var power = x;
        for (var term = 0; term < terms; term++, power *= x * x) sum += power / (2 * term + 1);
        return 2 * sum * Resources.PerGpu * FragmentationMeasure.Scale;
    }
}
