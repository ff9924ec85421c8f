namespace AkkaMLScheduler.Simulator;

/// <summary>Reads traces as they come: what cannot be read is reported with its line number, skipped and counted.</summary>
public static class TraceReader
{
    /// <summary>A file whose first lines say nothing is taken for SWF.</summary>
    private const int LinesLookedAt = 100;

    /// <summary>Reads a trace.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">What it is; null: whatever its first lines look like.</param>
    /// <param name="size">Which size of an SWF job counts; without effect on the other formats.</param>
    /// <exception cref="TraceUnreadableException">
    /// The file is missing or cannot be read, lacks a column, or no line of it is a job. The message says which file, what it was
    /// taken for, and why.
    /// </exception>
    public static Trace Read(string path, TraceFormat? format = null, JobSize size = JobSize.Allocated)
    {
        var chosen = format ?? TraceFormat.Swf;
        Trace trace;
        try
        {
            if (format is null)
            {
                using var beginning = File.OpenText(path);
                chosen = Guess(beginning);
            }

            using var text = File.OpenText(path);
            trace = Read(text, chosen, size);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TraceUnreadableException($"The trace {path} cannot be read: {failure.Message}", failure);
        }
        catch (MissingColumnsException missing)
        {
            throw new TraceUnreadableException($"The trace {path} cannot be read as {Name(chosen)}{Guessed(format)}: {missing.Message}.", missing);
        }

        if (trace.Jobs.Count > 0) return trace;
        throw new TraceUnreadableException(trace.MalformedCount == 0
            ? $"The trace {path} holds no jobs."
            : $"The trace {path} holds no jobs: {trace.MalformedCount} lines are not {Name(chosen)}{Guessed(format)}, the first is "
                + $"{trace.Malformed[0]}.");
    }

    /// <summary>Reads a Standard Workload Format file.</summary>
    /// <exception cref="TraceUnreadableException">
    /// The file is missing or cannot be read, or no line of it is a job. The message says which file and why.
    /// </exception>
    public static Trace ReadSwf(string path, JobSize size = JobSize.Allocated) => Read(path, TraceFormat.Swf, size);

    /// <summary>Reads Standard Workload Format text; a text without jobs gives an empty trace.</summary>
    public static Trace ReadSwf(TextReader text, JobSize size = JobSize.Allocated) => new SwfReader(size).Read(text);

    /// <summary>Reads text of any format; a text without jobs gives an empty trace.</summary>
    /// <exception cref="TraceUnreadableException">A CSV lacks columns; the message names them.</exception>
    public static Trace Read(TextReader text, TraceFormat format, JobSize size = JobSize.Allocated) => format switch
    {
        TraceFormat.Openb => OpenbReader.Read(text),
        TraceFormat.Philly => PhillyReader.Read(text),
        _ => ReadSwf(text, size),
    };

    /// <summary>What a text looks like: the first line that is neither blank nor an SWF comment is a header of CSV columns, or SWF.</summary>
    public static TraceFormat Guess(TextReader text)
    {
        for (var i = 0; i < LinesLookedAt && text.ReadLine() is { } line; i++)
        {
            var content = line.Trim();
            if (content.Length == 0 || content[0] == ';') continue;
            var columns = content.Split(',', StringSplitOptions.TrimEntries).Select(column => column.Trim('"')).ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (OpenbReader.Columns.Count(columns.Contains) > 2) return TraceFormat.Openb;
            return PhillyReader.Columns.Count(columns.Contains) > 1 ? TraceFormat.Philly : TraceFormat.Swf;
        }

        return TraceFormat.Swf;
    }

    private static string Name(TraceFormat format) => format == TraceFormat.Swf ? "SWF" : format.ToString().ToLowerInvariant();

    private static string Guessed(TraceFormat? asked) => asked is null ? " (which its first lines look like; --format says otherwise)" : "";
}
