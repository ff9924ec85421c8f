using System.Numerics;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>Counts jobs by length, coarsely, so that it is quickly known that none is as short as need be.</summary>
internal sealed class Lengths
{
    /// <summary>Shorter than 2^23 ticks, about a second; then four for each doubling, up to a year and more.</summary>
    private const int Buckets = 112;

    private const int FirstOctave = 23;

    private readonly int[] _counts = new int[Buckets];

    public int Jobs { get; private set; }

    public void Add(long ticks) => Count(ticks, 1);

    public void Remove(long ticks) => Count(ticks, -1);

    /// <summary>False when surely no job is as short as this.</summary>
    public bool MayReachDownTo(long ticks)
    {
        for (var bucket = BucketOf(ticks); bucket >= 0; bucket--)
            if (_counts[bucket] > 0)
                return true;
        return false;
    }

    private static int BucketOf(long ticks)
    {
        if (ticks >> FirstOctave <= 0) return 0;
        var octave = BitOperations.Log2((ulong)ticks);
        var quarter = (int)(ticks >> (octave - 2)) & 3;
        return Math.Min(1 + 4 * (octave - FirstOctave) + quarter, Buckets - 1);
    }

    private void Count(long ticks, int by)
    {
        _counts[BucketOf(ticks)] += by;
        Jobs += by;
    }
}
