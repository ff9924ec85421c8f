namespace AkkaMLScheduler.Simulator;

/// <summary>A sample, sorted. An empty one has 0 for every figure.</summary>
internal sealed class Distribution
{
    private readonly double[] _sorted;

    private Distribution(double[] sorted) => _sorted = sorted;

    public double Mean => _sorted.Length == 0 ? 0 : _sorted.Sum() / _sorted.Length;

    public double Max => _sorted.Length == 0 ? 0 : _sorted[^1];

    public static Distribution Of(IEnumerable<double> sample)
    {
        var sorted = sample.ToArray();
        Array.Sort(sorted);
        return new Distribution(sorted);
    }

    /// <summary>How many of the sample are above this, ÷ all.</summary>
    public double ShareAbove(double limit) => _sorted.Length == 0 ? 0 : (double)_sorted.Count(value => value > limit) / _sorted.Length;

    /// <summary>Linear between the two nearest ranks (type 7 of Hyndman and Fan 1996, the usual default).</summary>
    public double Percentile(double percent)
    {
        if (_sorted.Length == 0) return 0;
        var position = percent / 100 * (_sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, _sorted.Length - 1);
        return _sorted[below] + (position - below) * (_sorted[above] - _sorted[below]);
    }
}
