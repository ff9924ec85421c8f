using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>The cluster's total, and of which resources nothing is free any more: those are saturated.</summary>
internal sealed class Scarcity(ClusterState cluster)
{
    private bool _cpu;
    private bool _memory;
    private bool _gpu;

    public Resources Total { get; private set; }

    /// <summary>Looks again; true when a resource has become saturated or is no longer.</summary>
    public bool Look()
    {
        var free = cluster.Nodes.Free;
        var (cpu, memory, gpu) = (free.MilliCpu <= 0, free.MemoryBytes <= 0, free.MilliGpu <= 0);
        var isNew = (cpu, memory, gpu) != (_cpu, _memory, _gpu) || Total != cluster.Nodes.Total;
        (_cpu, _memory, _gpu) = (cpu, memory, gpu);
        Total = cluster.Nodes.Total;
        return isNew;
    }

    public bool Holds(Resources ask) => (_cpu && ask.MilliCpu > 0) || (_memory && ask.MemoryBytes > 0) || (_gpu && ask.MilliGpu > 0);

    /// <summary>What part of the total this is; nothing of a saturated resource.</summary>
    public Parts PartsOf(Resources amount) => new(
        Part(_cpu, amount.MilliCpu, Total.MilliCpu),
        Part(_memory, amount.MemoryBytes, Total.MemoryBytes),
        Part(_gpu, amount.MilliGpu, Total.MilliGpu));

    private static double Part(bool isSaturated, long amount, long total) => isSaturated || total <= 0 ? 0 : amount / (double)total;
}
