using System.Globalization;

namespace AkkaMLScheduler.ClusterTests.Processes;

/// <summary>The log that a node writes into the data folder.</summary>
internal static class NodeLog
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fff zzz";
    private const int TimeLength = 30;

    /// <summary>When a line with these words was written last; the beginning of time when never.</summary>
    public static DateTimeOffset LastTime(string path, string words)
    {
        if (!File.Exists(path)) return DateTimeOffset.MinValue;
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var last = DateTimeOffset.MinValue;
        while (reader.ReadLine() is { } line)
        {
            if (line.Contains(words, StringComparison.Ordinal))
                last = DateTimeOffset.ParseExact(line.AsSpan(0, TimeLength), TimeFormat, CultureInfo.InvariantCulture);
        }

        return last;
    }
}
