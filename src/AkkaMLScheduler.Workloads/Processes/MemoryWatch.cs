using System.Globalization;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// Keeps tasks within their memory where no control group does: looks at what all processes of each task hold together, ten times a
/// second. Pages of files do not count, because the system takes them back by itself. A task that asks for memory faster than about
/// half a gigabyte in that time goes beyond its limit for a moment before it ends.
/// </summary>
internal sealed class MemoryWatch
{
    public const string Mechanism = "a look at the resident memory of its processes every 100 ms";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Limit, Action<long> Passed)> _watched = [];
    private readonly Timer _timer;

    private MemoryWatch() => _timer = new Timer(_ => Look());

    public static MemoryWatch Shared { get; } = new();

    /// <param name="passed">Told once, on another thread, how many bytes the task holds.</param>
    public void Add(string tag, long limitBytes, Action<long> passed)
    {
        lock (_lock)
        {
            _watched[tag] = (limitBytes, passed);
            if (_watched.Count == 1) _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    public void Remove(string tag)
    {
        lock (_lock) _watched.Remove(tag);
    }

    private void Look()
    {
        var processes = ProcessTable.Shared.Scan();
        List<(string Tag, long Limit, Action<long> Passed)> watched;
        lock (_lock) watched = [.. _watched.Select(w => (w.Key, w.Value.Limit, w.Value.Passed))];
        foreach (var (tag, limit, passed) in watched)
        {
            // Pages that processes share are counted for each by the quick sum; only the slow one divides them.
            if (processes[tag].Sum(Resident) <= limit) continue;
            var bytes = processes[tag].Sum(Proportional);
            if (bytes <= limit) continue;
            Remove(tag);
            passed(bytes);
        }

        lock (_lock)
        {
            if (_watched.Count > 0) _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    private static long Resident(int pid) => Sum($"/proc/{pid}/status", "RssAnon:", "RssShmem:");

    private static long Proportional(int pid) => Sum($"/proc/{pid}/smaps_rollup", "Pss_Anon:", "Pss_Shmem:");

    /// <summary>Of lines such as <c>RssAnon:	    1024 kB</c>, in bytes; 0 for a process that is gone.</summary>
    private static long Sum(string path, string first, string second)
    {
        try
        {
            return File.ReadLines(path)
                .Where(line => line.StartsWith(first, StringComparison.Ordinal) || line.StartsWith(second, StringComparison.Ordinal))
                .Sum(line => long.Parse(line.AsSpan(line.IndexOf(':') + 1, line.Length - line.IndexOf(':') - 3).Trim(), CultureInfo.InvariantCulture) * 1024);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
