using System.Globalization;

namespace AkkaMLScheduler.Benchmarks.Clusters;

/// <summary>Seconds of CPU that processes have used, with those that they started and that still run. Zero where there is no /proc.</summary>
internal static class ProcessorTime
{
    /// <summary>USER_HZ, which is 100 on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    public static double Of(int process) => Directory.Exists("/proc") ? Sum(process, Parents()) : 0;

    /// <summary>Of this process without those that it started.</summary>
    public static double OfSelf() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static double Sum(int process, ILookup<int, int> children) => Own(process) + children[process].Sum(child => Sum(child, children));

    private static ILookup<int, int> Parents() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0)
        .ToLookup(id => Fields(id) is { Length: > 1 } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0);

    private static double Own(int process) => Fields(process) is { Length: > 12 } fields
        ? (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond
        : 0;

    /// <summary>Those of /proc/PID/stat from the state on: the program's name before it may hold spaces.</summary>
    private static string[] Fields(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return [];
        }
    }
}
