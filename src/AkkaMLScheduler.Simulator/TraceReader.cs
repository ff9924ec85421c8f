namespace AkkaMLScheduler.Simulator;

/// <summary>Reads traces as they come: what cannot be read is reported with its line number, skipped and counted.</summary>
public static class TraceReader
{
    /// <summary>Reads a Standard Workload Format file.</summary>
    /// <exception cref="TraceUnreadableException">
    /// The file is missing or cannot be read, or no line of it is a job. The message says which file and why.
    /// </exception>
    public static Trace ReadSwf(string path, JobSize size = JobSize.Allocated)
    {
        Trace trace;
        try
        {
            using var text = File.OpenText(path);
            trace = ReadSwf(text, size);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TraceUnreadableException($"The trace {path} cannot be read: {failure.Message}", failure);
        }

        if (trace.Jobs.Count > 0) return trace;
        throw new TraceUnreadableException(trace.MalformedCount == 0
            ? $"The trace {path} holds no jobs."
            : $"The trace {path} holds no jobs: {trace.MalformedCount} lines are not SWF, the first is {trace.Malformed[0]}.");
    }

    /// <summary>Reads Standard Workload Format text; a text without jobs gives an empty trace.</summary>
    public static Trace ReadSwf(TextReader text, JobSize size = JobSize.Allocated) => new SwfReader(size).Read(text);
}
