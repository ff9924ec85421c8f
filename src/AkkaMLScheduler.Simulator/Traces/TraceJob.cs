using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>One job of a trace, cleaned: it runs for at least a second and no longer than its estimate.</summary>
/// <param name="Job">The trace's own label; need not be unique.</param>
/// <param name="SubmitSeconds">From the trace's origin.</param>
/// <param name="RunSeconds">How long it runs once started, at least 1.</param>
/// <param name="EstimateSeconds">What its user said; never less than the run time.</param>
/// <param name="Tasks">Ranks, started together.</param>
/// <param name="PerTask">What each rank asks for.</param>
/// <param name="Size">Processors (or GPUs, shares of one included) in all, as the trace counts them.</param>
/// <param name="Priority">Higher goes first under the order <c>priority</c>; traces without priorities have 0 throughout.</param>
/// <param name="User">Who submitted it: the queue it is charged to; empty when the trace does not say.</param>
public sealed record TraceJob(
    string Job, long SubmitSeconds, long RunSeconds, long EstimateSeconds, int Tasks, Resources PerTask, double Size, int Priority = 0,
    string User = "")
{
    /// <summary>One processor of a trace is one core.</summary>
    public const long MilliCpuPerProcessor = 1_000;

    /// <summary>Labels that a node must carry; empty: any node will do.</summary>
    public IReadOnlyDictionary<string, string> Selector { get; init; } = NodeCapacity.NoLabels;

    /// <summary>A job of a trace that counts processors of one machine: one task with that many cores.</summary>
    public static TraceJob OfProcessors(string job, long submitSeconds, long runSeconds, long estimateSeconds, long processors) =>
        new(job, submitSeconds, runSeconds, estimateSeconds, 1, new Resources(processors * MilliCpuPerProcessor, 0, 0), processors);

    /// <summary>A job of a trace that counts GPUs, as one task; its estimate is its run time.</summary>
    /// <param name="milliGpu">Thousandths of a GPU: below 1,000 a share of one device, otherwise whole devices.</param>
    /// <param name="milliCpu">Thousandths of a core, beside the GPUs.</param>
    public static TraceJob OfGpus(string job, long submitSeconds, long runSeconds, long milliGpu, long milliCpu = 0) =>
        new(job, submitSeconds, runSeconds, runSeconds, 1, new Resources(milliCpu, 0, milliGpu), milliGpu / 1000.0);

    public bool Equals(TraceJob? other) =>
        other is not null && Job == other.Job && SubmitSeconds == other.SubmitSeconds && RunSeconds == other.RunSeconds
        && EstimateSeconds == other.EstimateSeconds && Tasks == other.Tasks && PerTask == other.PerTask && Size.Equals(other.Size)
        && Priority == other.Priority && User == other.User && Selector.Count == other.Selector.Count
        && Selector.All(label => other.Selector.TryGetValue(label.Key, out var value) && value == label.Value);

    public override int GetHashCode() => HashCode.Combine(Job, SubmitSeconds, RunSeconds);
}
