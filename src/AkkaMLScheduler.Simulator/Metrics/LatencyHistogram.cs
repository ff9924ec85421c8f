using System.Diagnostics;
using System.Numerics;

namespace AkkaMLScheduler.Simulator;

/// <summary>
/// How long things took, in a fixed number of buckets whatever the count: 32 to every doubling, so that a percentile is at most
/// about 3 % too high.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int BucketsPerDoublingLog2 = 5;
    private const int BucketsPerDoubling = 1 << BucketsPerDoublingLog2;

    private readonly long[] _counts = new long[(64 - BucketsPerDoublingLog2) * BucketsPerDoubling];

    public long Count { get; private set; }

    /// <param name="ticks">Ticks of <see cref="Stopwatch"/>; negative ones count as 0.</param>
    public void Add(long ticks)
    {
        _counts[BucketOf(Math.Max(ticks, 0))]++;
        Count++;
    }

    /// <summary>The upper end of the bucket that holds this percentile; 0 when nothing was added.</summary>
    public TimeSpan Percentile(double percent)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        var seen = 0L;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
            if ((seen += _counts[bucket]) >= rank)
                return Stopwatch.GetElapsedTime(0, UpperEnd(bucket));
        return TimeSpan.Zero;
    }

    private static int BucketOf(long ticks)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)ticks | 1) - BucketsPerDoublingLog2);
        return (shift << BucketsPerDoublingLog2) + (int)(ticks >> shift);
    }

    private static long UpperEnd(int bucket)
    {
        var shift = Math.Max(0, (bucket >> BucketsPerDoublingLog2) - 1);
        return ((bucket - ((long)shift << BucketsPerDoublingLog2)) << shift) + (1L << shift) - 1;
    }
}
