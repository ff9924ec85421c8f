using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>The machines a trace is replayed on. They are up from the beginning and never fail.</summary>
/// <param name="Nodes">At least one.</param>
/// <param name="Size">Processors (or GPUs) in all, as the trace counts them; utilisation is a share of it.</param>
public sealed record SimulatedCluster(IReadOnlyList<NodeCapacity> Nodes, long Size)
{
    /// <summary>More processors than any machine has.</summary>
    public const long MostProcessors = 1_000_000_000;

    /// <summary>One machine of so many processors, each one core; memory and GPUs play no part.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There must be at least one processor, and at most a billion.</exception>
    public static SimulatedCluster OfProcessors(long processors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(processors, MostProcessors);
        var capacity = new Resources(processors * TraceJob.MilliCpuPerProcessor, 0, 0);
        return new SimulatedCluster([new NodeCapacity("machine", "1", capacity, NodeCapacity.NoLabels)], processors);
    }

    /// <summary>These nodes, sized in what a trace counts: cores, or GPUs.</summary>
    /// <exception cref="ClusterUnreadableException">They have none of it.</exception>
    public static SimulatedCluster Of(IReadOnlyList<NodeCapacity> nodes, TraceUnit unit)
    {
        var size = nodes.Sum(node => UnitsOf(node, unit));
        if (size > 0) return new SimulatedCluster(nodes, size);
        throw new ClusterUnreadableException(unit == TraceUnit.Gpus
            ? "The cluster has no GPUs, and the jobs of the trace ask for GPUs."
            : "The cluster has no CPUs, and the jobs of the trace ask for processors.");
    }

    /// <summary>
    /// Makes gangs of the jobs that no single node holds: a job of n processors (or GPUs) becomes equal tasks, each with the largest
    /// divisor of n that the largest node holds. On a single machine, and where a trace's jobs are single tasks as they are (openb),
    /// nothing changes.
    /// </summary>
    public Trace Divide(Trace trace)
    {
        if (Nodes.Count == 1 || trace.Format == TraceFormat.Openb) return trace;
        var largest = Nodes.Max(node => UnitsOf(node, trace.Unit));
        return trace with { Jobs = [.. trace.Jobs.Select(job => Divide(job, largest, trace.Unit))] };
    }

    private static TraceJob Divide(TraceJob job, long largest, TraceUnit unit)
    {
        var size = (long)job.Size;
        if (job.Tasks != 1 || size <= largest) return job;
        var perTask = LargestDivisor(size, largest);
        if (size / perTask > JobRequest.MaxTasks) return job;
        var ask = unit == TraceUnit.Gpus
            ? new Resources(0, 0, perTask * Resources.PerGpu)
            : new Resources(perTask * TraceJob.MilliCpuPerProcessor, 0, 0);
        return job with { Tasks = (int)(size / perTask), PerTask = ask };
    }

    private static long LargestDivisor(long size, long most)
    {
        for (var divisor = Math.Min(size, most); divisor > 1; divisor--)
            if (size % divisor == 0)
                return divisor;
        return 1;
    }

    private static long UnitsOf(NodeCapacity node, TraceUnit unit) => unit == TraceUnit.Gpus
        ? node.Capacity.MilliGpu / Resources.PerGpu
        : node.Capacity.MilliCpu / TraceJob.MilliCpuPerProcessor;
}
