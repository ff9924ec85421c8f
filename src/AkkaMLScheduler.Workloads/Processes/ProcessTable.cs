using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.IO.Enumeration;
using System.Text;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// Which of the machine's processes belong to which task: those in the session of a task's leader, and those that left it but carry the
/// task's tag in the environment they began with. Every process is looked into once, or until its environment can be read, so that a
/// scan costs little more than listing <c>/proc</c>: about a microsecond for each process.
/// </summary>
internal sealed class ProcessTable
{
    /// <summary>The environment variable by which a process is known as a task's.</summary>
    public const string TagName = "AMLS_TASK";

    /// <summary>An environment is looked through so far. Shells put their variables in an order of their own.</summary>
    private const int MostEnvironmentBytes = 256 * 1024;

    /// <summary>
    /// A process has no environment for the moment in which it becomes another program, and some have none at all. One without is looked
    /// into in so many scans before it is taken for nobody's.
    /// </summary>
    private const int MostLooks = 20;

    /// <summary>What a scan older than this knew of a number may be true of another process by now.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private static readonly byte[] TagPrefix = Encoding.ASCII.GetBytes(TagName + "=");

    private readonly Lock _lock = new();
    private readonly Dictionary<int, string> _leaders = [];
    private readonly byte[] _buffer = new byte[MostEnvironmentBytes];
    private Dictionary<int, Owner> _known = [];
    private long _scanned;

    private ProcessTable()
    {
    }

    public static ProcessTable Shared { get; } = new();

    /// <summary>From now on the session of <paramref name="leader"/> is the task's.</summary>
    public void Add(int leader, string tag)
    {
        lock (_lock) _leaders[leader] = tag;
    }

    /// <summary>To be called before the leader's number can be used again.</summary>
    public void Remove(int leader)
    {
        lock (_lock)
        {
            _leaders.Remove(leader);
            _known.Remove(leader);
        }
    }

    /// <summary>The processes of every task at this moment; those that have ended and are not yet waited for among them.</summary>
    public ProcessScan Scan()
    {
        lock (_lock)
        {
            if (Stopwatch.GetElapsedTime(_scanned) > Freshness) _known.Clear();
            var seen = new Dictionary<int, Owner>(_known.Count);
            foreach (var pid in Pids())
            {
                var owner = _known.GetValueOrDefault(pid, new Owner(null, MostLooks));
                seen[pid] = owner.LooksLeft == 0 ? owner : OwnerOf(pid, owner.LooksLeft - 1);
            }

            (_known, _scanned) = (seen, Stopwatch.GetTimestamp());
            return new ProcessScan(
                seen.Where(entry => entry.Value.Tag is not null).ToLookup(entry => entry.Value.Tag!, entry => entry.Key),
                seen.Values.All(owner => owner.LooksLeft == 0));
        }
    }

    /// <summary>Whether the process still runs; false for one that has ended and is not yet waited for.</summary>
    public bool IsAlive(int pid)
    {
        lock (_lock) return Stat(pid) is { State: not ('Z' or 'X') };
    }

    private static FileSystemEnumerable<int> Pids() => new(
        "/proc", (ref FileSystemEntry entry) => int.Parse(entry.FileName, NumberStyles.None, CultureInfo.InvariantCulture))
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => char.IsAsciiDigit(entry.FileName[0]),
    };

    private Owner OwnerOf(int pid, int looksLeft)
    {
        if (_leaders.TryGetValue(pid, out var own)) return new Owner(own, 0);
        var stat = Stat(pid);
        if (stat is { } known && _leaders.TryGetValue(known.Session, out var tag)) return new Owner(tag, 0);
        var environment = Read($"/proc/{pid}/environ", out var readable);

        // Threads of the kernel are in session 0, and never have an environment.
        return new Owner(TagIn(environment), environment.IsEmpty && readable && stat is { Session: not 0 } ? looksLeft : 0);
    }

    private static string? TagIn(ReadOnlySpan<byte> environment)
    {
        while (!environment.IsEmpty)
        {
            var end = environment.IndexOf((byte)0);
            var variable = end < 0 ? environment : environment[..end];
            if (variable.StartsWith(TagPrefix)) return Encoding.UTF8.GetString(variable);
            environment = end < 0 ? [] : environment[(end + 1)..];
        }

        return null;
    }

    /// <summary>From <c>/proc/PID/stat</c>: <c>pid (name) state parent group session …</c>, where the name may hold anything.</summary>
    private (char State, int Session)? Stat(int pid)
    {
        var text = Read($"/proc/{pid}/stat", out _);
        text = text[(text.LastIndexOf((byte)')') + 1)..];
        if (text.Length < 2) return null;
        var state = (char)text[1];
        for (var field = 0; field < 4; field++) text = text[(text.IndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(text, out int session, out _) ? (state, session) : null;
    }

    /// <param name="readable">False for a process that is gone or another user's.</param>
    private ReadOnlySpan<byte> Read(string path, out bool readable)
    {
        try
        {
            using var file = File.OpenHandle(path);
            readable = true;
            return _buffer.AsSpan(0, RandomAccess.Read(file, _buffer, 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            readable = false;
            return [];
        }
    }

    /// <param name="Tag">Null for what is no task's.</param>
    /// <param name="LooksLeft">Scans in which it is still to be looked into; 0 when the tag is known.</param>
    private readonly record struct Owner(string? Tag, int LooksLeft);
}
