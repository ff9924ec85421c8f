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
    private readonly Dictionary<string, Watched> _watched = [];
    private readonly ManualResetEventSlim _wanted = new();

    // A thread of its own: where the pool's threads are all busy a timer comes late, and memory is gone by then.
    private MemoryWatch() => new Thread(Watch) { IsBackground = true, Name = "amls-memory" }.Start();

    public static MemoryWatch Shared { get; } = new();

    /// <param name="passed">Told once, on another thread, how many bytes the task holds.</param>
    public void Add(string tag, long limitBytes, Action<long> passed)
    {
        lock (_lock)
        {
            _watched[tag] = new Watched(limitBytes, passed);
            _wanted.Set();
        }
    }

    /// <summary>Bytes that the task held at the last look; 0 where there was none yet.</summary>
    public long Held(string tag)
    {
        lock (_lock) return _watched.TryGetValue(tag, out var watched) ? watched.Held : 0;
    }

    /// <returns>The most bytes that the task held at any look.</returns>
    public long Remove(string tag)
    {
        lock (_lock)
        {
            var peak = _watched.Remove(tag, out var watched) ? watched.Peak : 0;
            if (_watched.Count == 0) _wanted.Reset();
            return peak;
        }
    }

    private void Watch()
    {
        while (true)
        {
            _wanted.Wait();
            Thread.Sleep(Interval);
            Look();
        }
    }

    private void Look()
    {
        var processes = ProcessTable.Shared.Scan().ByTag;
        List<KeyValuePair<string, Watched>> all;
        lock (_lock) all = [.. _watched];
        foreach (var (tag, watched) in all)
        {
            // Pages that processes share are counted for each by the quick sum; only the slow one divides them.
            var bytes = processes[tag].Sum(Resident);
            if (bytes > watched.Limit) bytes = processes[tag].Sum(Proportional);
            watched.See(bytes);
            if (bytes <= watched.Limit || watched.HasPassed) continue;
            watched.HasPassed = true;
            watched.Passed(bytes);
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

    /// <summary>What is known of one task. Written by the look alone, of which there is one at a time.</summary>
    private sealed class Watched(long limit, Action<long> passed)
    {
        private long _held;
        private long _peak;

        public long Limit { get; } = limit;

        public Action<long> Passed { get; } = passed;

        public bool HasPassed { get; set; }

        public long Held => Volatile.Read(ref _held);

        public long Peak => Volatile.Read(ref _peak);

        public void See(long bytes)
        {
            Volatile.Write(ref _held, bytes);
            Volatile.Write(ref _peak, Math.Max(_peak, bytes));
        }
    }
}
