namespace AkkaMLScheduler.Simulator.Tests.Report;

/// <summary>Reads packed numbers the way the page's script does, from its description alone.</summary>
internal static class PackedReader
{
    public static long[] Read(string packed)
    {
        var numbers = new List<long>();
        var (value, shift) = (0UL, 0);
        foreach (var part in Convert.FromBase64String(packed))
        {
            value |= (ulong)(part & 0x7F) << shift;
            shift += 7;
            if (part >= 0x80) continue;
            numbers.Add((long)(value >> 1) ^ -(long)(value & 1));
            (value, shift) = (0, 0);
        }

        return [.. numbers];
    }

    public static long[] ReadDeltas(string packed)
    {
        var sum = 0L;
        return [.. Read(packed).Select(difference => sum += difference)];
    }
}
