namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>
/// How fast a queue's parts of the total grow with its share. Kept as whole numbers, so that a sum over many queues that is changed one
/// by one never drifts from the sum made anew.
/// </summary>
internal readonly record struct Slopes(Int128 Cpu, Int128 Memory, Int128 Gpu)
{
    /// <summary>A slope is at most a queue's weight, 2^20: 2^60 as a whole number, with room for 2^67 queues in a sum.</summary>
    private const double One = 1L << 40;

    public static Slopes Of(Parts parts, double share) =>
        share > 0 ? new Slopes(Slope(parts.Cpu, share), Slope(parts.Memory, share), Slope(parts.Gpu, share)) : default;

    public static Slopes operator +(Slopes a, Slopes b) => new(a.Cpu + b.Cpu, a.Memory + b.Memory, a.Gpu + b.Gpu);

    public static Slopes operator -(Slopes a, Slopes b) => new(a.Cpu - b.Cpu, a.Memory - b.Memory, a.Gpu - b.Gpu);

    /// <summary>The parts of the total at this share.</summary>
    public Parts At(double share)
    {
        var by = share / One;
        return new Parts(by * (double)Cpu, by * (double)Memory, by * (double)Gpu);
    }

    private static Int128 Slope(double part, double share) => (long)Math.Round(part / share * One);
}
