using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Scheduling;

/// <summary>An amount of what a node offers or a task asks for.</summary>
/// <param name="MilliCpu">Thousandths of one core.</param>
/// <param name="MemoryBytes">Bytes of main memory.</param>
/// <param name="MilliGpu">
/// Thousandths of one GPU. A node offers whole devices; a task asks for whole devices, or for a share (1..999) of a single one.
/// </param>
public readonly record struct Resources(long MilliCpu, long MemoryBytes, long MilliGpu)
{
    /// <summary>One whole GPU in <see cref="MilliGpu"/>.</summary>
    public const int PerGpu = 1_000;

    public static readonly Resources None;

    /// <summary>True when no part is negative.</summary>
    [JsonIgnore]
    public bool IsValid => MilliCpu >= 0 && MemoryBytes >= 0 && MilliGpu >= 0;

    /// <summary>True when a single device is shared with others.</summary>
    [JsonIgnore]
    public bool IsGpuShare => MilliGpu % PerGpu != 0;

    /// <summary>How many devices a task with this ask is given: one for a share.</summary>
    [JsonIgnore]
    public int GpuDevices => (int)((MilliGpu + PerGpu - 1) / PerGpu);

    /// <summary>True when every part of <paramref name="ask"/> is at most the same part of this amount. Looks at sums, not at devices.</summary>
    public bool Covers(Resources ask) => ask.MilliCpu <= MilliCpu && ask.MemoryBytes <= MemoryBytes && ask.MilliGpu <= MilliGpu;

    public static Resources operator +(Resources a, Resources b) =>
        new(a.MilliCpu + b.MilliCpu, a.MemoryBytes + b.MemoryBytes, a.MilliGpu + b.MilliGpu);

    public static Resources operator -(Resources a, Resources b) =>
        new(a.MilliCpu - b.MilliCpu, a.MemoryBytes - b.MemoryBytes, a.MilliGpu - b.MilliGpu);

    public static Resources operator *(Resources a, long times) => new(a.MilliCpu * times, a.MemoryBytes * times, a.MilliGpu * times);

    /// <summary>The larger of each part.</summary>
    public static Resources Largest(Resources a, Resources b) =>
        new(Math.Max(a.MilliCpu, b.MilliCpu), Math.Max(a.MemoryBytes, b.MemoryBytes), Math.Max(a.MilliGpu, b.MilliGpu));

    public override string ToString() => FormattableString.Invariant($"{MilliCpu}m CPU, {MemoryBytes} B, {MilliGpu}m GPU");
}
