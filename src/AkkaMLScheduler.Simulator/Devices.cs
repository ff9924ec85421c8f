using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>GPUs of a trace, in thousandths, as resources of the core.</summary>
internal static class Devices
{
    public const int MilliPerGpu = 1_000;

    public static Resources Resources(long milliCpu, long memoryBytes, long milliGpu) =>
        new(milliCpu, memoryBytes, (int)((milliGpu + MilliPerGpu - 1) / MilliPerGpu));

    public static long MilliGpu(Resources resources) => (long)resources.Gpus * MilliPerGpu;
}
