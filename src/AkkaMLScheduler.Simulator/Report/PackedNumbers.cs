namespace AkkaMLScheduler.Simulator.Report;

/// <summary>
/// Whole numbers as text for a page: zigzag, variable length (seven bits a byte, least significant first), base64. Small numbers take one
/// byte, so neighbours that are close are best added as differences.
/// </summary>
internal sealed class PackedNumbers
{
    private readonly List<byte> _bytes = [];
    private long _previous;

    /// <summary>Adds a number as it is.</summary>
    public PackedNumbers Add(long value)
    {
        for (var rest = (ulong)((value << 1) ^ (value >> 63)); ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                _bytes.Add((byte)rest);
                return this;
            }

            _bytes.Add((byte)(rest | 0x80));
        }
    }

    /// <summary>Adds the difference to the number before it that was added this way.</summary>
    public PackedNumbers AddDelta(long value)
    {
        Add(value - _previous);
        _previous = value;
        return this;
    }

    /// <summary>All of them as differences.</summary>
    public static string Deltas(IEnumerable<long> values)
    {
        var packed = new PackedNumbers();
        foreach (var value in values) packed.AddDelta(value);
        return packed.ToString();
    }

    /// <summary>Numbers rounded to 1/<paramref name="scale"/>, as differences; the reader divides.</summary>
    public static string Deltas(IEnumerable<double> values, double scale) =>
        Deltas(values.Select(value => (long)Math.Round(value * scale, MidpointRounding.AwayFromZero)));

    public override string ToString() => Convert.ToBase64String([.. _bytes]);
}
