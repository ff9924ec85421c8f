using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Benchmarks;

/// <summary>Says what the figures were measured on.</summary>
internal static class Machine
{
    public static void Print()
    {
        var memoryGiB = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
        Console.WriteLine(
            $"machine: {Processor()}, {Environment.ProcessorCount} cores, {memoryGiB:F1} GiB, {RuntimeInformation.OSDescription}");
        Console.WriteLine($"runtime: {RuntimeInformation.FrameworkDescription}, {Configuration()}");
        Console.WriteLine();
    }

    private static string Processor()
    {
        const string description = "/proc/cpuinfo";
        var line = File.Exists(description)
            ? File.ReadLines(description).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

#if DEBUG
    private static string Configuration() => "DEBUG build: the figures mean nothing";
#else
    private static string Configuration() => "Release";
#endif
}
