namespace AkkaMLScheduler.Workloads;

/// <summary>
/// Steele, Lea and Flood 2014: a stream of 64-bit numbers that is a pure function of its seed. Used where a step's randomness must
/// depend on (seed, step) alone, so that a resumed run draws what the uninterrupted one would have.
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private const ulong Increment = 0x9e3779b97f4a7c15;

    private ulong _state = seed;

    /// <summary>An independent stream for a seed and up to two coordinates.</summary>
    public static SplitMix64 For(long seed, long first, long second = 0)
        => new(Mix(Mix(Mix((ulong)seed + Increment) ^ (ulong)first) + Increment ^ (ulong)second));

    public ulong Next() => Mix(_state += Increment);

    /// <summary>From 0 up to but not including <paramref name="bound"/>; the bias of 2^-64 times the bound is of no account here.</summary>
    public long Below(long bound) => (long)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal, by Box and Muller; uses two numbers a value.</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
