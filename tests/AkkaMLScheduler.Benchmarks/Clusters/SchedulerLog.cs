using System.Globalization;
using System.Text.RegularExpressions;

namespace AkkaMLScheduler.Benchmarks.Clusters;

/// <summary>What the scheduler's node has logged of its cycles: one line each.</summary>
internal sealed partial class SchedulerLog(string folder)
{
    /// <summary>One cycle: apply, plan, store.</summary>
    public readonly record struct Cycle(int Inputs, int Starts, int Waiting, double Milliseconds);

    public int TimesSaid(string words) => Text().Split(words).Length - 1;

    /// <summary>All cycles so far, in order.</summary>
    public IReadOnlyList<Cycle> Cycles() =>
    [
        .. Line().Matches(Text()).Select(m => new Cycle(
            int.Parse(m.Groups["inputs"].Value, CultureInfo.InvariantCulture), int.Parse(m.Groups["starts"].Value, CultureInfo.InvariantCulture),
            int.Parse(m.Groups["waiting"].Value, CultureInfo.InvariantCulture), m.Groups["ms"].Captures.Sum(phase => double.Parse(phase.Value, CultureInfo.InvariantCulture)))),
    ];

    private string Text() => string.Concat(Directory.EnumerateFiles(folder, "scheduler-1*.log").OrderBy(File.GetCreationTimeUtc).Select(Read));

    private static string Read(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"Cycle: \[(?<inputs>\d+)\] inputs, \[(?<starts>\d+)\] starts,.* \[(?<waiting>\d+)\] waiting,[^;]*(?:[;,] \w+ \[(?<ms>[\d.]+)\] ms)+")]
    private static partial Regex Line();
}
