using System.Diagnostics;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class ProcessTasks
{
    [Fact]
    public async Task A_program_runs_to_its_end_and_all_it_prints_is_in_the_log()
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(bench.Shell("echo to the one; echo to the other >&2; printf 'no end'"));

        Assert.Equal((TaskEnd.Succeeded, ""), (run.Outcome.End, run.Outcome.Reason));
        Assert.Equal(0, run.Outcome.Metrics["exit_code"]);
        Assert.Contains("to the one\n", run.Log);
        Assert.Contains("to the other\n", run.Log);
        Assert.Contains("no end", run.Log);
    }

    [SkippableFact]
    public async Task What_it_and_its_children_have_used_is_told_at_its_end()
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(bench.Python("""
            import os, time
            if os.fork() == 0:
                held = b"x" * 50_000_000
                while time.process_time() < 0.6: pass
            else:
                os.wait()
            """) with { Resources = new ResourceSpec(1000, 1L << 30, 0) });

        Assert.Equal(TaskEnd.Succeeded, run.Outcome.End);
        Assert.InRange(run.Outcome.Metrics["cpu_seconds"], 0.6, 20);
        Assert.InRange(run.Outcome.Metrics["peak_memory_bytes"], 50_000_000, 200_000_000);
        Assert.Matches("amls: exit code 0; [0-9.]+ s of CPU, [0-9.]+MiB of memory at most", run.Log);
    }

    [Theory]
    [InlineData("echo doing; echo 'no such file' >&2; exit 3", "exit code 3; its last words: no such file", 3)]
    [InlineData("exit 255", "exit code 255", 255)]
    [InlineData("kill -s SEGV $$", "killed by signal SIGSEGV", 139)]
    [InlineData("kill -s KILL $$", "killed by signal SIGKILL", 137)]
    public async Task A_failure_says_how_the_program_ended(string script, string reason, int code)
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(bench.Shell(script));

        Assert.Equal((TaskEnd.Failed, reason), (run.Outcome.End, run.Outcome.Reason));
        Assert.Equal(code, run.Outcome.Metrics["exit_code"]);
    }

    [Fact]
    public async Task What_means_something_to_a_shell_is_an_argument_like_any_other()
    {
        using var bench = new TaskBench();
        const string Argument = "$(touch made) `touch made`; touch made && * > made | \"'\\ \n é";
        var task = bench.Process(["printf", "%s", Argument]);

        var run = await TaskBench.RunAsync(task);

        Assert.Contains(Argument, run.Log);
        Assert.Empty(Directory.GetFileSystemEntries(task.ScratchDirectory));
    }

    [Fact]
    public async Task A_worker_that_does_not_allow_processes_runs_none()
    {
        using var bench = new TaskBench();
        var task = bench.Shell("echo ran") with { Processes = ProcessSettings.Forbidden };

        var run = await TaskBench.RunAsync(task);

        Assert.Equal(TaskEnd.Failed, run.Outcome.End);
        Assert.Contains("node 'bench' runs no processes: amls.worker.allow-process is false there", run.Outcome.Reason);
        Assert.DoesNotContain("ran\n", run.Log);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named_with_where_it_was_sought()
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(bench.Process(["no-such-program", "x"]));

        Assert.Equal(TaskEnd.Failed, run.Outcome.End);
        Assert.Contains("there is no program 'no-such-program' in PATH, which is /", run.Outcome.Reason);
    }

    [Fact]
    public async Task A_file_that_is_no_program_is_refused_in_the_systems_words()
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(bench.Process(["/etc/passwd"]));

        Assert.Contains("'/etc/passwd' does not start", run.Outcome.Reason);
        Assert.Contains("ermission denied", run.Outcome.Reason);
    }

    [Fact]
    public async Task The_working_folder_is_the_tasks_own_or_the_one_asked_for()
    {
        using var bench = new TaskBench();
        var task = bench.Shell("pwd");
        var elsewhere = task with { Run = task.Run with { With = new Dictionary<string, string>(task.Run.With) { ["workingDir"] = "/usr" } } };
        var nowhere = task with { Run = task.Run with { With = new Dictionary<string, string>(task.Run.With) { ["workingDir"] = "gone" } } };

        Assert.Contains(task.ScratchDirectory + "\n", (await TaskBench.RunAsync(task)).Log);
        Assert.Contains("\n/usr\n", (await TaskBench.RunAsync(elsewhere)).Log);
        Assert.Contains("gone does not exist on node 'bench'", (await TaskBench.RunAsync(nowhere)).Outcome.Reason);
    }

    [Fact]
    public async Task A_program_starts_with_nothing_of_the_workers_but_its_three_handles_and_default_signals()
    {
        using var bench = new TaskBench();

        // The fourth handle is the folder that ls lists.
        var run = await TaskBench.RunAsync(bench.Shell("echo $(ls /proc/self/fd); grep -E 'SigBlk|SigIgn' /proc/self/status; ps -o sid= -p $$; echo $$"));

        var lines = run.Log.TrimEnd('\n').Split('\n')[1..^1];
        Assert.Equal(["0 1 2 3", "SigBlk:\t0000000000000000"], lines[..2]);

        // Signals 1 to 31; two beyond are the C library's own.
        Assert.Equal(0UL, Convert.ToUInt64(lines[2].Split('\t')[1], 16) & 0x7fffffff);
        Assert.Equal(lines[4], lines[3].Trim());
    }

    [Fact]
    public async Task Whatever_a_program_leaves_behind_ends_with_it()
    {
        using var bench = new TaskBench();
        var task = bench.Shell("sleep 1000 & echo $! > pids; setsid sh -c 'echo $$ >> pids; exec sleep 1000' & while [ $(wc -l < pids) -lt 2 ]; do :; done");

        var run = await TaskBench.RunAsync(task).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(TaskEnd.Succeeded, run.Outcome.End);
        var left = await Watched.PidsAsync(Path.Combine(task.ScratchDirectory, "pids"), 2);
        Assert.DoesNotContain(left, Watched.IsAlive);
    }

    [Fact]
    public async Task A_program_that_takes_more_memory_than_it_asked_for_ends_with_the_reason()
    {
        using var bench = new TaskBench();
        var within = bench.Shell("sleep 1") with { Resources = new ResourceSpec(1000, 64L << 20, 0) };

        // Looks for the end of a line that never comes; a child, so that the leader alone would not be seen to grow.
        var beyond = bench.Shell("tail /dev/zero & wait") with { Resources = new ResourceSpec(1000, 64L << 20, 0) };

        var runs = await Task.WhenAll(TaskBench.RunAsync(within), TaskBench.RunAsync(beyond)).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal([TaskEnd.Succeeded, TaskEnd.Failed], runs.Select(run => run.Outcome.End));
        Assert.Matches("the memory limit of 64MiB was passed: its (processes held|control group was ended)", runs[1].Outcome.Reason);
        Assert.Matches("memory limit 64MiB, kept by (a look at the resident memory|its control group)", runs[1].Log);
    }

    [SkippableFact]
    public async Task Pages_that_processes_share_count_once()
    {
        using var bench = new TaskBench();
        var task = bench.Python(
            """
            import os, time
            block = bytearray(40 << 20)
            for i in range(5):
                if os.fork() == 0:
                    time.sleep(2)
                    os._exit(0)
            for i in range(5): os.wait()
            """) with
        { Resources = new ResourceSpec(1000, 120L << 20, 0) };

        var run = await TaskBench.RunAsync(task);

        Assert.Equal(("", TaskEnd.Succeeded), (run.Outcome.Reason, run.Outcome.End));
    }

    [Fact]
    public async Task A_gigabyte_of_output_takes_no_more_disk_than_the_log_may()
    {
        using var bench = new TaskBench();
        const long Bound = 1 << 20;
        var path = Path.Combine(bench.Path, "log", "rank-0.log");
        var log = new SegmentedLog(path, Bound);
        var started = Stopwatch.GetTimestamp();

        var run = await TaskBench.RunAsync(bench.Shell("yes 'a line of the log' | head -c 1000000000; echo the end") with
        {
            Log = new StreamWriter(log) { AutoFlush = true },
            LogBytes = log,
        });

        Assert.Equal(TaskEnd.Succeeded, run.Outcome.End);
        var segments = SegmentedLog.Segments(path);
        Assert.Equal(2, segments.Count);
        Assert.InRange(segments.Sum(segment => new FileInfo(segment.Path).Length), Bound / 4, Bound);
        Assert.Contains("the end\n", File.ReadAllText(segments[^1].Path));

        // About ten megabytes a second on a machine that is busy with other things.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(100));
    }

    [Fact]
    public async Task A_log_can_be_read_while_the_program_runs()
    {
        using var bench = new TaskBench();
        var path = Path.Combine(bench.Path, "log", "rank-0.log");
        using var log = new SegmentedLog(path, 1 << 20);
        var task = bench.Shell("echo first; until [ -e go ]; do sleep 0.05; done; echo second") with { LogBytes = log };
        var running = TaskBench.RunAsync(task);

        await Watched.UntilAsync(() => Read(path).Contains("first\n"), "the first line is there");
        File.WriteAllText(Path.Combine(task.ScratchDirectory, "go"), "");
        await running;

        Assert.EndsWith("first\nsecond\n", Read(path));
    }

    [Fact]
    public async Task Progress_is_told_as_it_is_printed_and_what_is_no_report_is_not_taken_for_one()
    {
        using var bench = new TaskBench();
        var observer = new RecordingObserver();

        var run = await TaskBench.RunAsync(
            bench.Shell(
                """
                echo '{"amls": {"progress": {"step": 1, "total": 3, "metrics": {"loss": 2.5}}}}'
                echo 'see {"amls": {"progress": {"step": 99}}}'
                echo '{"amls": {"progress": {"step": 1.5}}}'
                echo '{"amls": {"checkpoint": {"step": 2}}}'
                printf '{"amls":{"progress":{"step":3,"metrics":{"loss":NaN,"best":-Infinity}}}}'
                """),
            observer);

        Assert.Equal([1L, 3], observer.Steps.Distinct());
        Assert.Equal(double.NaN, run.Outcome.Metrics["loss"]);
        Assert.Equal(double.NegativeInfinity, run.Outcome.Metrics["best"]);
        Assert.Contains("amls: a report was not understood: 'step' must be a whole number from 0, not 1.5", run.Log);
        Assert.Contains("amls: a report was not understood: it must be {", run.Log);
    }

    private static string Read(string path)
    {
        if (!File.Exists(path)) return "";
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
