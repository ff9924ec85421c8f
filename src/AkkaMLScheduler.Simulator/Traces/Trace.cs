namespace AkkaMLScheduler.Simulator;

/// <summary>What was read from a trace.</summary>
/// <param name="Jobs">In the file's order.</param>
/// <param name="Malformed">The first <see cref="MaxMalformedKept"/> lines that could not be read.</param>
/// <param name="MalformedCount">How many there were in all.</param>
/// <param name="MaxProcessors">The machine's size as the header says (<c>MaxProcs</c>), if it does.</param>
public sealed record Trace(
    IReadOnlyList<TraceJob> Jobs, IReadOnlyList<MalformedLine> Malformed, int MalformedCount, long? MaxProcessors)
{
    /// <summary>A file of garbage must not fill the memory with complaints.</summary>
    public const int MaxMalformedKept = 100;

    public TraceFormat Format { get; init; } = TraceFormat.Swf;

    /// <summary>What <see cref="TraceJob.Size"/> counts.</summary>
    public TraceUnit Unit => Format == TraceFormat.Swf ? TraceUnit.Processors : TraceUnit.Gpus;

    /// <summary>The first jobs by submission; those of the same instant in the file's order.</summary>
    /// <param name="limit">At least 1; a longer one than the trace changes nothing but the order.</param>
    public Trace First(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return this with { Jobs = [.. Jobs.OrderBy(job => job.SubmitSeconds).Take(limit)] };
    }

    /// <summary>Divides the times between submissions by <paramref name="load"/>: 2 brings the jobs twice as fast. The first one stays.</summary>
    /// <param name="load">More than 0.</param>
    public Trace UnderLoad(double load)
    {
        if (!(load > 0)) throw new ArgumentOutOfRangeException(nameof(load), load, "A load is more than 0.");
        if (Jobs.Count == 0) return this;
        var first = Jobs.Min(job => job.SubmitSeconds);
        return this with
        {
            Jobs = [.. Jobs.Select(job => job with { SubmitSeconds = first + (long)Math.Round((job.SubmitSeconds - first) / load) })],
        };
    }

    /// <summary>As if every user had known exactly how long the job would run.</summary>
    public Trace WithPerfectEstimates() => this with { Jobs = [.. Jobs.Select(job => job with { EstimateSeconds = job.RunSeconds })] };
}
