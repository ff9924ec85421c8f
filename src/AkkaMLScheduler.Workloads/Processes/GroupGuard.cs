using System.Globalization;
using System.Text;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// Sees to it that no task outlives this process, even when it is killed by force: a small shell in a session of its own reads which
/// groups run from a pipe whose other end only this process holds. When the pipe ends, so do the groups, and whatever carries
/// this process's tag. One guard serves all tasks, because one for each would double the cost of a start.
/// </summary>
internal sealed class GroupGuard
{
    private const string Shell = "/bin/sh";

    // A guard that has read nothing for so long, with the pipe full, is stuck.
    private const int GuardPatienceMilliseconds = 1000;

    // Groups first; then, a few times over, what left its group or started while the pipe broke. $1 is the tag; $2 is how the folders of
    // the tasks' control groups begin, and empty without them.
    private const string Script = """
        trap '' HUP INT TERM
        groups=' '
        while IFS= read -r line; do
          group=${line#?}
          case $line in
            +*) groups="$groups$group " ;;
            -*) case $groups in *" $group "*) groups=${groups%%" $group "*}' '${groups#*" $group "} ;; esac ;;
          esac
        done
        for group in $groups; do kill -s KILL -- "-$group"; done
        [ -z "$2" ] || for folder in "$2".*; do echo 1 > "$folder/cgroup.kill"; done
        for round in 1 2 3 4 5; do
          found=$(grep -lsz "^$1\." /proc/[0-9]*/environ)
          [ -n "$found" ] || break
          for file in $found; do pid=${file#/proc/}; kill -s KILL "${pid%/environ}"; done
          sleep 0.1
        done
        [ -z "$2" ] || rmdir "$2".*
        """;

    private readonly Lock _lock = new();
    private readonly string _tag = $"{ProcessTable.TagName}={Guid.NewGuid():n}";
    private readonly HashSet<int> _groups = [];
    private int _pipe = -1;
    private int _guard;
    private int _tags;

    private GroupGuard()
    {
    }

    /// <summary>The guard of this process.</summary>
    public static GroupGuard Shared { get; } = new();

    /// <summary>Starts the guard where it does not run yet. To be called before a task starts.</summary>
    /// <returns>A variable for the task's environment that no other task has: its children inherit it.</returns>
    public string Tag()
    {
        lock (_lock)
        {
            if (_pipe < 0) StartGuard();
            return string.Create(CultureInfo.InvariantCulture, $"{_tag}.{++_tags}");
        }
    }

    /// <summary>From now on this group ends with this process.</summary>
    public void Add(int group)
    {
        lock (_lock)
        {
            _groups.Add(group);
            Say('+', group);
        }
    }

    /// <summary>The group has ended; to be called before its number can be used again.</summary>
    public void Remove(int group)
    {
        lock (_lock)
        {
            _groups.Remove(group);
            Say('-', group);
        }
    }

    private void Say(char sign, int group)
    {
        if (TryWrite(Line(sign, group))) return;

        // The guard is gone or stuck: another one takes over everything that runs.
        _ = LinuxCalls.Close(_pipe);
        _ = LinuxCalls.Kill(_guard, LinuxCalls.SigKill);
        _ = LinuxCalls.WaitPid(_guard, out _, 0);
        StartGuard();
    }

    private void StartGuard()
    {
        var ends = new int[2];
        if (LinuxCalls.Pipe(ends, LinuxCalls.CloseOnExec) != 0) throw new WorkloadException("no pipe for the guard of processes: too many open files");
        try
        {
            using var nowhere = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            var handle = (int)nowhere.DangerousGetHandle();
            _guard = PosixSpawn.Start(Shell, ["sh", "-c", Script, "amls-guard", _tag, ControlGroups.Shared?.Prefix(_tag) ?? ""], [PathVariable()], "/", handle, handle, ends[0]);
            _pipe = ends[1];
        }
        catch
        {
            _pipe = -1;
            _ = LinuxCalls.Close(ends[1]);
            throw;
        }
        finally
        {
            _ = LinuxCalls.Close(ends[0]);
        }

        foreach (var group in _groups) _ = TryWrite(Line('+', group));
    }

    private static string PathVariable() => $"PATH={Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin"}";

    private static byte[] Line(char sign, int group) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sign}{group}\n"));

    private bool TryWrite(byte[] line)
    {
        LinuxCalls.Watched[] pipe = [new(_pipe) { Wanted = LinuxCalls.Writable }];
        return LinuxCalls.Poll(pipe, 1, GuardPatienceMilliseconds) == 1 && LinuxCalls.Write(_pipe, line, line.Length) == line.Length;
    }
}
