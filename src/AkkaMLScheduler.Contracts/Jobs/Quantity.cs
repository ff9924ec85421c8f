using System.Globalization;

namespace AkkaMLScheduler.Contracts;

/// <summary>Reads and writes amounts as people write them: <c>500m</c> CPU, <c>2GiB</c>, <c>1.5s</c>.</summary>
public static class Quantity
{
    private static readonly (string Unit, long Bytes)[] MemoryUnits =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("B", 1)];

    private static readonly (string Unit, double Milliseconds)[] TimeUnits = [("ms", 1), ("s", 1e3), ("m", 60e3), ("h", 3600e3)];

    /// <summary>Longer spans are unit mix-ups, and must not overflow when they are added to a date.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromDays(30);

    /// <summary>Cores, as <c>2</c>, <c>0.5</c> or <c>500m</c>, in thousandths of a core.</summary>
    public static bool TryCpu(string text, out long milliCpu)
    {
        var milli = text.EndsWith('m');
        return TryScale(milli ? text[..^1] : text, milli ? 1 : 1000, out milliCpu);
    }

    /// <summary>Bytes, as <c>512MiB</c>, <c>2GiB</c> or a plain number of bytes.</summary>
    public static bool TryMemory(string text, out long bytes)
    {
        foreach (var (unit, factor) in MemoryUnits)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)) return TryScale(text[..^unit.Length], factor, out bytes);
        }

        return TryScale(text, 1, out bytes);
    }

    /// <summary>A span of time with its unit: <c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>; at most <see cref="MaxDuration"/>.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        foreach (var (unit, factor) in TimeUnits)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal) || !TryScale(text[..^unit.Length], factor, out var milliseconds)) continue;
            if (milliseconds > MaxDuration.TotalMilliseconds) break;
            duration = TimeSpan.FromMilliseconds(milliseconds);
            return true;
        }

        duration = default;
        return false;
    }

    public static string Memory(long bytes)
    {
        var unit = MemoryUnits.Where(u => u.Bytes <= Math.Max(bytes, 1)).MaxBy(u => u.Bytes);
        return string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / unit.Bytes:0.#}{unit.Unit}");
    }

    private static bool TryScale(string number, double factor, out long scaled)
    {
        scaled = 0;
        if (!double.TryParse(number.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return false;
        var product = value * factor;
        if (product > long.MaxValue / 2.0) return false;
        scaled = (long)Math.Round(product);
        return true;
    }
}
