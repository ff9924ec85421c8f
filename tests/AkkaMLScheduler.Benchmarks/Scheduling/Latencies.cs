namespace AkkaMLScheduler.Benchmarks.Scheduling;

/// <summary>How long something took, over many times. Milliseconds.</summary>
internal readonly record struct Latencies(double P50, double P99, double Max, int Count)
{
    /// <param name="milliseconds">At least one; sorted in place.</param>
    public static Latencies Of(double[] milliseconds)
    {
        Array.Sort(milliseconds);
        // The smallest value that at least so many percent do not exceed: of up to 100 values the p99 is the largest or the one before.
        double At(int percent) => milliseconds[(milliseconds.Length * percent + 99) / 100 - 1];
        return new Latencies(At(50), At(99), milliseconds[^1], milliseconds.Length);
    }

    public override string ToString() => $"{P50,9:F3} {P99,9:F3} {Max,9:F3} ms  (n = {Count:N0})";
}
