using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Scheduling;

/// <summary>An amount of what a node offers or a task asks for.</summary>
/// <param name="MilliCpu">Thousandths of one core.</param>
/// <param name="MemoryBytes">Bytes of main memory.</param>
/// <param name="Gpus">Whole GPUs; on a node they are the slots 0..n-1.</param>
public readonly record struct Resources(long MilliCpu, long MemoryBytes, int Gpus)
{
    public static readonly Resources None;

    /// <summary>True when no part is negative.</summary>
    [JsonIgnore]
    public bool IsValid => MilliCpu >= 0 && MemoryBytes >= 0 && Gpus >= 0;

    /// <summary>True when every part of <paramref name="ask"/> is at most the same part of this amount.</summary>
    public bool Covers(Resources ask) => ask.MilliCpu <= MilliCpu && ask.MemoryBytes <= MemoryBytes && ask.Gpus <= Gpus;

    /// <summary>How many times <paramref name="ask"/> goes into this amount, at most <paramref name="most"/>.</summary>
    public int Times(Resources ask, int most)
    {
        long times = most;
        if (ask.MilliCpu > 0) times = Math.Min(times, MilliCpu / ask.MilliCpu);
        if (ask.MemoryBytes > 0) times = Math.Min(times, MemoryBytes / ask.MemoryBytes);
        if (ask.Gpus > 0) times = Math.Min(times, Gpus / ask.Gpus);
        return (int)Math.Max(times, 0);
    }

    public static Resources operator +(Resources a, Resources b) =>
        new(a.MilliCpu + b.MilliCpu, a.MemoryBytes + b.MemoryBytes, a.Gpus + b.Gpus);

    public static Resources operator -(Resources a, Resources b) =>
        new(a.MilliCpu - b.MilliCpu, a.MemoryBytes - b.MemoryBytes, a.Gpus - b.Gpus);

    /// <summary>The larger of each part.</summary>
    public static Resources Largest(Resources a, Resources b) =>
        new(Math.Max(a.MilliCpu, b.MilliCpu), Math.Max(a.MemoryBytes, b.MemoryBytes), Math.Max(a.Gpus, b.Gpus));

    public override string ToString() => $"{MilliCpu}m CPU, {MemoryBytes} B, {Gpus} GPU";
}
