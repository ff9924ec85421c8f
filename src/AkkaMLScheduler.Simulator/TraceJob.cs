using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>One job of a trace, cleaned: it runs for at least a second and no longer than its estimate.</summary>
/// <param name="Job">The trace's own label; need not be unique.</param>
/// <param name="SubmitSeconds">From the trace's origin.</param>
/// <param name="RunSeconds">How long it runs once started, at least 1.</param>
/// <param name="EstimateSeconds">What its user said; never less than the run time.</param>
/// <param name="Tasks">Ranks, started together.</param>
/// <param name="PerTask">What each rank asks for.</param>
/// <param name="Size">Processors (or GPUs) in all, as the trace counts them.</param>
/// <param name="Priority">Higher goes first under the order <c>priority</c>; traces without priorities have 0 throughout.</param>
/// <param name="User">Who submitted it: the queue it is charged to; empty when the trace does not say.</param>
public sealed record TraceJob(
    string Job, long SubmitSeconds, long RunSeconds, long EstimateSeconds, int Tasks, Resources PerTask, long Size, int Priority = 0,
    string User = "")
{
    /// <summary>One processor of a trace is one core.</summary>
    public const long MilliCpuPerProcessor = 1_000;

    /// <summary>A job of a trace that counts processors of one machine: one task with that many cores.</summary>
    public static TraceJob OfProcessors(string job, long submitSeconds, long runSeconds, long estimateSeconds, long processors) =>
        new(job, submitSeconds, runSeconds, estimateSeconds, 1, new Resources(processors * MilliCpuPerProcessor, 0, 0), processors);
}
