namespace AkkaMLScheduler.Simulator.Report;

/// <summary>A quantity that changes at instants and holds its value in between; 0 before the first change.</summary>
internal sealed class StepSeries
{
    private readonly (long At, long Value)[] _steps;

    private StepSeries((long At, long Value)[] steps) => _steps = steps;

    /// <summary>Changes at one instant count as one: a job that starts the moment it comes was never waiting.</summary>
    public static StepSeries Of(IEnumerable<(long At, long Change)> changes)
    {
        var sorted = changes.ToArray();
        Array.Sort(sorted, static (a, b) => a.At.CompareTo(b.At));
        var steps = new List<(long At, long Value)>(sorted.Length);
        var value = 0L;
        for (var index = 0; index < sorted.Length;)
        {
            var at = sorted[index].At;
            for (; index < sorted.Length && sorted[index].At == at; index++) value += sorted[index].Change;
            steps.Add((at, value));
        }

        return new StepSeries([.. steps]);
    }

    /// <summary>
    /// Divides [<paramref name="from"/>, <paramref name="to"/>) into equal parts and gives the mean over time, the least and the greatest
    /// value in each, so that no peak is lost however few the parts.
    /// </summary>
    public BucketedSeries Bucketed(long from, long to, int buckets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buckets, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        var mean = new double[buckets];
        var min = new long[buckets];
        var max = new long[buckets];
        var span = to - from;
        var width = (double)span / buckets;
        var next = 0;
        var value = 0L;
        while (next < _steps.Length && _steps[next].At <= from) value = _steps[next++].Value;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var (at, end) = (from + bucket * width, from + (bucket + 1) * width);
            var sum = 0d;
            (min[bucket], max[bucket]) = (value, value);
            // Whole numbers decide which part a change is in: a rounded edge could put it into the wrong one.
            for (; next < _steps.Length && (_steps[next].At - from) * buckets < (bucket + 1) * span; next++)
            {
                sum += value * (_steps[next].At - at);
                (at, value) = (_steps[next].At, _steps[next].Value);
                // A change exactly where the part begins: the value before it does not belong here.
                if ((_steps[next].At - from) * buckets == bucket * span) (min[bucket], max[bucket]) = (value, value);
                min[bucket] = Math.Min(min[bucket], value);
                max[bucket] = Math.Max(max[bucket], value);
            }

            mean[bucket] = Math.Clamp((sum + value * (end - at)) / width, min[bucket], max[bucket]);
        }

        return new BucketedSeries(mean, min, max);
    }
}
