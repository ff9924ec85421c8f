namespace AkkaMLScheduler.Simulator;

/// <summary>What became of one job. Times are seconds from the trace's origin.</summary>
/// <param name="Job">The trace's label.</param>
/// <param name="Submit">When it came.</param>
/// <param name="Start">When it first started.</param>
/// <param name="End">When it ended.</param>
/// <param name="Size">Processors (or GPUs, shares of one included) in all.</param>
/// <param name="Node">The nodes of its ranks, each once, joined by <c>+</c>; where it ran last.</param>
/// <param name="User">Who submitted it; empty when the trace does not say.</param>
public sealed record JobOutcome(string Job, long Submit, long Start, long End, double Size, string Node, string User = "")
{
    /// <summary>A job shorter than this is slowed down as if it ran this long, so that tiny jobs do not rule the mean.</summary>
    public const long SlowdownThresholdSeconds = 10;

    /// <summary>How often it was stopped for others.</summary>
    public int Preemptions { get; init; }

    /// <summary>Each time it ran, in order, for a job that was preempted; null for one that ran in one go.</summary>
    public IReadOnlyList<JobSpan>? Spans { get; init; }

    /// <summary>Seconds that it ran in vain: since its last checkpoint, each time it was stopped.</summary>
    public long Lost { get; init; }

    /// <summary>Seconds it did not run between its submission and its end.</summary>
    public long Wait => End - Submit - Run;

    /// <summary>Seconds it ran, <see cref="Lost"/> included.</summary>
    public long Run => Spans is null ? End - Start : Spans.Sum(span => span.End - span.Start);

    /// <summary>max(1, (wait + run) / max(run, 10 s)) (Feitelson 2001), where run is what it would have run undisturbed.</summary>
    public double BoundedSlowdown => Math.Max(1, (double)(End - Submit) / Math.Max(Run - Lost, SlowdownThresholdSeconds));
}
