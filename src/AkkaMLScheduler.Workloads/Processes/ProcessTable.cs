using System.Buffers.Text;
using System.Globalization;
using System.IO.Enumeration;
using System.Text;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// Which of the machine's processes belong to which task: those in the session of a task's leader, and those that left it but carry the
/// task's tag in the environment they began with. Every process is looked into once, so that a scan costs little more than listing
/// <c>/proc</c>: about a microsecond for each process.
/// </summary>
internal sealed class ProcessTable
{
    /// <summary>The environment variable by which a process is known as a task's.</summary>
    public const string TagName = "AMLS_TASK";

    /// <summary>An environment is looked through so far. Shells put their variables in an order of their own.</summary>
    private const int MostEnvironmentBytes = 256 * 1024;

    private static readonly byte[] TagPrefix = Encoding.ASCII.GetBytes(TagName + "=");

    private readonly Lock _lock = new();
    private readonly Dictionary<int, string> _leaders = [];
    private readonly byte[] _buffer = new byte[MostEnvironmentBytes];
    private Dictionary<int, string?> _known = [];

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

    /// <summary>The processes of every task, by tag, at this moment; those that have ended and are not yet waited for among them.</summary>
    public ILookup<string, int> Scan()
    {
        lock (_lock)
        {
            var seen = new Dictionary<int, string?>(_known.Count);
            foreach (var pid in Pids()) seen[pid] = _known.TryGetValue(pid, out var tag) ? tag : TagOf(pid);
            _known = seen;
            return seen.Where(entry => entry.Value is not null).ToLookup(entry => entry.Value!, entry => entry.Key);
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

    private string? TagOf(int pid)
    {
        if (_leaders.TryGetValue(pid, out var own)) return own;
        if (Stat(pid) is { } stat && _leaders.TryGetValue(stat.Session, out var tag)) return tag;
        return TagIn(Read($"/proc/{pid}/environ"));
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
        var text = Read($"/proc/{pid}/stat");
        text = text[(text.LastIndexOf((byte)')') + 1)..];
        if (text.Length < 2) return null;
        var state = (char)text[1];
        for (var field = 0; field < 4; field++) text = text[(text.IndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(text, out int session, out _) ? (state, session) : null;
    }

    /// <summary>Empty for a process that is gone or another user's.</summary>
    private ReadOnlySpan<byte> Read(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return _buffer.AsSpan(0, RandomAccess.Read(file, _buffer, 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
