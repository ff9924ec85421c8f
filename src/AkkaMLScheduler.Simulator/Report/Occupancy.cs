namespace AkkaMLScheduler.Simulator.Report;

/// <summary>One stretch of time during which a job held its part of the cluster, in seconds of the trace.</summary>
/// <param name="Job">Whose it is.</param>
/// <param name="QueuedSince">From when on it waited for this start.</param>
/// <param name="Start">When it got its part.</param>
/// <param name="End">When it gave it back.</param>
/// <param name="Node">The nodes, each once, joined by <c>+</c>.</param>
internal readonly record struct Occupancy(JobOutcome Job, long QueuedSince, long Start, long End, string Node)
{
    /// <summary>
    /// The stretches of one job, in order of time. Every plot and the Gantt take theirs from here: a job that ran several times yields
    /// one stretch for each, queued again since the end of the one before.
    /// </summary>
    public static IEnumerable<Occupancy> Of(JobOutcome job)
    {
        if (job.Spans is not { } spans) return [new Occupancy(job, job.Submit, job.Start, job.End, job.Node)];
        return spans.Select((span, index) =>
            new Occupancy(job, index == 0 ? job.Submit : spans[index - 1].End, span.Start, span.End, span.Node));
    }
}
