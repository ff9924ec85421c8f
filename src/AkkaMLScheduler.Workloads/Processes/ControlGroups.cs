using System.Globalization;
using System.Text;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// Where this process may make control groups (cgroup v2) for its tasks: below its own group, if the machine's rights allow it. That is so
/// for root, and in a service that systemd started with <c>Delegate=yes</c>.
/// </summary>
internal sealed class ControlGroups
{
    /// <summary>Within one such period a task may take its share of it on each CPU it was given.</summary>
    private const long CpuPeriodMicroseconds = 100_000;

    // The kernel refuses less.
    private const long LeastQuotaMicroseconds = 1000;

    private const string Processes = "cgroup.procs";
    private const string Enabled = "cgroup.subtree_control";

    private static readonly Lazy<ControlGroups?> Found = new(Find);

    private readonly string _folder;

    private ControlGroups(string folder)
    {
        _folder = folder;
        LimitsMemory = Enable("memory");
        LimitsCpu = Enable("cpu");
    }

    /// <summary>Null where none may be made.</summary>
    public static ControlGroups? Shared => Found.Value;

    /// <summary>Whether groups can limit memory: the machine gives its memory controller to cgroup v2, and this process got it.</summary>
    public bool LimitsMemory { get; }

    /// <summary>The same for CPU.</summary>
    public bool LimitsCpu { get; }

    /// <summary>The beginning of the path of every group whose tag begins so.</summary>
    public string Prefix(string tag) => Path.Combine(_folder, "amls-" + tag[(tag.IndexOf('=') + 1)..]);

    /// <summary>A group for the processes of one task.</summary>
    /// <param name="milliCpu">What of the CPUs they may take together; null leaves that open.</param>
    /// <returns>The group's folder; null where the machine refuses another one.</returns>
    public string? Make(string tag, long? memoryBytes, long? milliCpu)
    {
        var folder = Prefix(tag);
        try
        {
            Directory.CreateDirectory(folder);
            if (LimitsMemory && memoryBytes is { } bytes)
            {
                Write(folder, "memory.max", bytes);

                // Absent without swap. One that runs out ends whole: a task that lost a process of its is of no use.
                if (File.Exists(Path.Combine(folder, "memory.swap.max"))) Write(folder, "memory.swap.max", 0);
                Write(folder, "memory.oom.group", 1);
            }

            if (LimitsCpu && milliCpu is { } share)
            {
                var quota = Math.Max(LeastQuotaMicroseconds, share * CpuPeriodMicroseconds / 1000);
                Write(folder, "cpu.max", string.Create(CultureInfo.InvariantCulture, $"{quota} {CpuPeriodMicroseconds}"));
            }

            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(folder);
            return null;
        }
    }

    /// <summary>From now on the process and all that it starts belong to the group; false for a process that is gone.</summary>
    public static bool TryAdd(string folder, int process) => TryWrite(folder, Processes, process.ToString(CultureInfo.InvariantCulture));

    /// <summary>Those of a group that run; without those that have ended and are not waited for.</summary>
    public static IReadOnlyList<int> Members(string folder) => Pids(folder);

    /// <summary>Kills all of a group at once. Before Linux 5.14 it does nothing: then its processes are to be killed one by one.</summary>
    public static void Kill(string folder) => _ = TryWrite(folder, "cgroup.kill", "1");

    /// <summary>Whether the kernel has ended a group because its memory was at its end.</summary>
    public static bool RanOutOfMemory(string folder) =>
        Lines(folder, "memory.events").Any(line => line.StartsWith("oom_kill ", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal));

    /// <summary>Takes away a group without processes; any other one stays.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An empty group costs nothing, and goes with its parent.
        }
    }

    private static ControlGroups? Find()
    {
        if (OwnFolder() is not { } folder) return null;
        try
        {
            var probe = Path.Combine(folder, $"amls-probe-{Guid.NewGuid():n}");
            Directory.CreateDirectory(probe);
            Remove(probe);
            return new ControlGroups(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>This process's own group, as <c>/proc/self/cgroup</c> names it, where the hierarchy is mounted.</summary>
    private static string? OwnFolder()
    {
        const string Unified = "0::";
        const int Root = 3;
        const int MountPoint = 4;
        var own = Lines("/proc/self", "cgroup").FirstOrDefault(line => line.StartsWith(Unified, StringComparison.Ordinal))?[Unified.Length..];
        var mount = Lines("/proc/self", "mountinfo").FirstOrDefault(line => line.Contains(" - cgroup2 ", StringComparison.Ordinal))?.Split(' ');
        if (own is null || mount is null || Path.GetRelativePath(mount[Root], own) is var below && below.StartsWith("..", StringComparison.Ordinal)) return null;
        return Path.GetFullPath(below, mount[MountPoint]);
    }

    private bool Enable(string controller)
    {
        if (!Words("cgroup.controllers").Contains(controller)) return false;
        if (Words(Enabled).Contains(controller) || TryWrite(_folder, Enabled, "+" + controller)) return true;

        // Below the root a group that hands controllers to groups of its own may hold no process: this one moves out of the way.
        if (Pids(_folder) is not [var only] || only != Environment.ProcessId) return false;
        var leaf = Path.Combine(_folder, "amls-node");
        Directory.CreateDirectory(leaf);
        return TryAdd(leaf, only) && TryWrite(_folder, Enabled, "+" + controller);
    }

    private string[] Words(string file) => [.. Lines(_folder, file).SelectMany(line => line.Split(' '))];

    private static List<int> Pids(string folder) => [.. Lines(folder, Processes).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    private static string[] Lines(string folder, string file)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(folder, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static void Write(string folder, string file, string text)
    {
        using var handle = File.OpenHandle(Path.Combine(folder, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(text), 0);
    }

    private static void Write(string folder, string file, long number) => Write(folder, file, number.ToString(CultureInfo.InvariantCulture));

    private static bool TryWrite(string folder, string file, string text)
    {
        try
        {
            Write(folder, file, text);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
