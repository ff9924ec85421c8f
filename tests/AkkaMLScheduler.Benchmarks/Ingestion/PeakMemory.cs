using System.Diagnostics;

namespace AkkaMLScheduler.Benchmarks.Ingestion;

/// <summary>The most memory that this process held at once since the last reset. Elsewhere than on Linux the reset does nothing.</summary>
internal static class PeakMemory
{
    public static long MiB => Process.GetCurrentProcess().PeakWorkingSet64 >> 20;

    /// <summary>Frees what is free, and has the kernel forget the peak before.</summary>
    public static void Reset()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/clear_refs", "5");
    }
}
