using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>The machines a trace is replayed on. They are up from the beginning and never fail.</summary>
/// <param name="Nodes">At least one.</param>
/// <param name="Size">Processors (or GPUs) in all, as the trace counts them; utilisation is a share of it.</param>
public sealed record SimulatedCluster(IReadOnlyList<NodeCapacity> Nodes, long Size)
{
    /// <summary>One machine of so many processors, each one core; memory and GPUs play no part.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There must be at least one processor, and at most a billion.</exception>
    public static SimulatedCluster OfProcessors(long processors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(processors, 1_000_000_000);
        var capacity = new Resources(processors * TraceJob.MilliCpuPerProcessor, 0, 0);
        return new SimulatedCluster([new NodeCapacity("machine", "1", capacity, NodeCapacity.NoLabels)], processors);
    }
}
