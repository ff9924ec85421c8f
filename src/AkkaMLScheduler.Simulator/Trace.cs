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
}
