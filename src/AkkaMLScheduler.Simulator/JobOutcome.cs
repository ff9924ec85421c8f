namespace AkkaMLScheduler.Simulator;

/// <summary>What became of one job. Times are seconds from the trace's origin.</summary>
/// <param name="Job">The trace's label.</param>
/// <param name="Submit">When it came.</param>
/// <param name="Start">When it started.</param>
/// <param name="End">When it ended.</param>
/// <param name="Size">Processors (or GPUs) in all.</param>
/// <param name="Node">The nodes of its ranks, each once, joined by <c>+</c>.</param>
/// <param name="User">Who submitted it; empty when the trace does not say.</param>
public sealed record JobOutcome(string Job, long Submit, long Start, long End, long Size, string Node, string User = "")
{
    /// <summary>A job shorter than this is slowed down as if it ran this long, so that tiny jobs do not rule the mean.</summary>
    public const long SlowdownThresholdSeconds = 10;

    public long Wait => Start - Submit;

    public long Run => End - Start;

    /// <summary>max(1, (wait + run) / max(run, 10 s)) (Feitelson 2001).</summary>
    public double BoundedSlowdown => Math.Max(1, (double)(Wait + Run) / Math.Max(Run, SlowdownThresholdSeconds));
}
