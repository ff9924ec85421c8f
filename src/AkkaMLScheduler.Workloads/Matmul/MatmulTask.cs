using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using AkkaMLScheduler.Workloads.Checkpoints;
using AkkaMLScheduler.Workloads.Stepping;

namespace AkkaMLScheduler.Workloads.Matmul;

/// <summary>One product of two fresh matrices a step; each rank draws its own.</summary>
internal sealed class MatmulTask : SteppedTask
{
    // A double holds this many bits of the checksum exactly.
    private const int ReportedBits = 48;

    private readonly int _size;
    private readonly long _seed;
    private readonly int _rank;
    private readonly float[] _left;
    private readonly float[] _right;
    private readonly float[] _product;
    private readonly Dictionary<string, double> _metrics = new() { ["checksum"] = 0, ["gigaflops"] = 0 };
    private ulong _checksum;

    public MatmulTask(long steps, int size, long seed, int rank)
    {
        Steps = steps;
        _size = size;
        _seed = seed;
        _rank = rank;
        _left = new float[size * size];
        _right = new float[size * size];
        _product = new float[size * size];
        Identity = new Dictionary<string, string>
        {
            ["size"] = size.ToString(CultureInfo.InvariantCulture),
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
            ["rank"] = rank.ToString(CultureInfo.InvariantCulture),
        };
    }

    public override long Steps { get; }

    public override IReadOnlyDictionary<string, string> Identity { get; }

    public override IReadOnlyDictionary<string, double> Metrics => _metrics;

    public override IReadOnlyDictionary<string, string> State => new Dictionary<string, string>
    {
        ["checksum"] = _checksum.ToString("x16", CultureInfo.InvariantCulture),
    };

    public override void Restore(CheckpointContent checkpoint)
    {
        _checksum = ulong.Parse(checkpoint.State("checksum"), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        _metrics["checksum"] = _checksum >> (64 - ReportedBits);
    }

    public override StepEnd Advance(long step, CancellationToken stop)
    {
        var random = SplitMix64.For(_seed, step, _rank);
        Fill(_left, ref random);
        Fill(_right, ref random);
        var started = Stopwatch.GetTimestamp();
        if (!Multiply(stop))
            return StepEnd.Abandoned;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        foreach (var value in _product)
            _checksum = BitOperations.RotateLeft(_checksum, 5) * 31 + BitConverter.SingleToUInt32Bits(value);
        _metrics["checksum"] = _checksum >> (64 - ReportedBits);
        _metrics["gigaflops"] = Math.Round(2.0 * _size * _size * _size / seconds / 1e9, 3);
        return StepEnd.Done;
    }

    private static void Fill(float[] matrix, ref SplitMix64 random)
    {
        for (var i = 0; i < matrix.Length; i++)
            matrix[i] = (float)(random.NextDouble() - 0.5);
    }

    /// <summary>
    /// Row by row, adding multiples of the right matrix's rows: each element is summed in the order of k whatever the width of the
    /// processor's vectors, so that the checksum is the same on every machine.
    /// </summary>
    private bool Multiply(CancellationToken stop)
    {
        Array.Clear(_product);
        for (var i = 0; i < _size; i++)
        {
            if (stop.IsCancellationRequested)
                return false;
            var row = _product.AsSpan(i * _size, _size);
            for (var k = 0; k < _size; k++)
                AddMultiple(row, _left[(i * _size) + k], _right.AsSpan(k * _size, _size));
        }

        return true;
    }

    private static void AddMultiple(Span<float> sum, float factor, ReadOnlySpan<float> row)
    {
        var factors = new Vector<float>(factor);
        var j = 0;
        for (; j <= sum.Length - Vector<float>.Count; j += Vector<float>.Count)
            (new Vector<float>(sum[j..]) + (factors * new Vector<float>(row[j..]))).CopyTo(sum[j..]);
        for (; j < sum.Length; j++)
            sum[j] += factor * row[j];
    }
}
