namespace AkkaMLScheduler.Simulator;

/// <summary>What a replay gave.</summary>
/// <param name="Jobs">The outcomes in the trace's order, without those that never ran.</param>
/// <param name="NeverRan">Labels of the jobs that ask for more than the whole cluster.</param>
/// <param name="Metrics">The figures over all outcomes.</param>
public sealed record SimulationResult(IReadOnlyList<JobOutcome> Jobs, IReadOnlyList<string> NeverRan, SimulationMetrics Metrics)
{
    /// <summary>
    /// Writes <c>job,submit,start,end,wait,size,node</c> and one line per job, quoted where needed (RFC 4180), lines ended by LF.
    /// </summary>
    public void WriteJobs(TextWriter csv)
    {
        csv.Write("job,submit,start,end,wait,size,node\n");
        foreach (var job in Jobs)
            csv.Write(FormattableString.Invariant(
                $"{Quoted(job.Job)},{job.Submit},{job.Start},{job.End},{job.Wait},{job.Size},{Quoted(job.Node)}\n"));
    }

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
