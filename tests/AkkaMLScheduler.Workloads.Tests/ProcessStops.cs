using System.Diagnostics;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class ProcessStops
{
    private const string WaitForEver = "while :; do sleep 0.05; done";

    [Fact]
    public async Task What_is_saved_after_the_request_to_stop_still_counts()
    {
        using var bench = new TaskBench();
        using var stop = new CancellationTokenSource();
        var task = bench.Shell(
            """
            save() {
                echo state > "$AMLS_CHECKPOINT_DIR/saved"
                echo '{"amls": {"checkpoint": {"step": 7, "path": "saved", "metrics": {"loss": 0.5}}}}'
                exit 0
            }
            trap save TERM
            echo '{"amls": {"progress": {"step": 1}}}'
            """ + "\n" + WaitForEver);

        var run = await TaskBench.RunAsync(task, new RecordingObserver { OnProgress = _ => stop.Cancel() }, stop.Token);

        Assert.Equal((TaskEnd.Stopped, "asked to stop; exit code 0"), (run.Outcome.End, run.Outcome.Reason));
        var saved = Assert.Single(run.Checkpoints);
        Assert.Equal((7L, "state\n"), (saved.Step, File.ReadAllText(saved.Path)));
        Assert.Equal(0.5, saved.Metrics["loss"]);
    }

    [Fact]
    public async Task What_a_program_started_has_the_same_time_to_save_when_the_program_itself_is_gone()
    {
        using var bench = new TaskBench();
        using var stop = new CancellationTokenSource();

        // The outer shell dies of the signal at once; the inner one saves.
        var task = bench.Shell(
            "sh -c 'trap \"sleep 1; echo x > $AMLS_CHECKPOINT_DIR/late; echo late is there; exit\" TERM;"
            + " echo \"{\\\"amls\\\": {\\\"progress\\\": {\\\"step\\\": 1}}}\"; " + WaitForEver + "'; echo unreached");

        var run = await TaskBench.RunAsync(task, new RecordingObserver { OnProgress = _ => stop.Cancel() }, stop.Token);

        Assert.Equal((TaskEnd.Stopped, "asked to stop; killed by signal SIGTERM"), (run.Outcome.End, run.Outcome.Reason));
        Assert.Contains("late is there\n", run.Log);
        Assert.DoesNotContain("unreached", run.Log);
    }

    [Fact]
    public async Task A_program_that_ignores_the_request_is_killed_after_the_grace_and_its_children_with_it()
    {
        using var bench = new TaskBench();
        using var stop = new CancellationTokenSource();
        var task = bench.Shell(
            "trap '' TERM; sh -c 'echo $$ > pids; " + WaitForEver + "' & until [ -s pids ]; do :; done;"
            + " echo '{\"amls\": {\"progress\": {\"step\": 1}}}'; " + WaitForEver) with
        { Processes = new ProcessSettings(true, TimeSpan.FromSeconds(1)) };

        var asked = 0L;
        var observer = new RecordingObserver
        {
            OnProgress = _ =>
            {
                asked = Stopwatch.GetTimestamp();
                stop.Cancel();
            },
        };

        var run = await TaskBench.RunAsync(task, observer, stop.Token);

        Assert.InRange(Stopwatch.GetElapsedTime(asked), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        Assert.Equal((TaskEnd.Stopped, "asked to stop; killed by signal SIGKILL"), (run.Outcome.End, run.Outcome.Reason));
        Assert.Contains("did not end within 1 s of SIGTERM", run.Log);
        Assert.DoesNotContain(await Watched.PidsAsync(Path.Combine(task.ScratchDirectory, "pids"), 1), Watched.IsAlive);
    }

    [Fact]
    public async Task A_task_that_nobody_listens_to_any_more_is_killed_at_once()
    {
        using var bench = new TaskBench();
        using var gone = new CancellationTokenSource();
        var task = bench.Shell("trap 'sleep 100' TERM; echo '{\"amls\": {\"progress\": {\"step\": 1}}}'; " + WaitForEver) with { Abandoned = gone.Token };

        var run = await TaskBench.RunAsync(task, new RecordingObserver { OnProgress = _ => gone.Cancel() }).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal((TaskEnd.Stopped, "asked to stop; killed by signal SIGKILL"), (run.Outcome.End, run.Outcome.Reason));
    }

    [Fact]
    public async Task When_the_worker_is_killed_its_tasks_die_too()
    {
        using var bench = new TaskBench();
        var pids = Path.Combine(bench.Path, "scratch", "pids");

        // One in the task's group, one that left it, and the leader; none would end by itself.
        using var worker = TaskHost.Start(
            bench.Path,
            "trap '' TERM HUP; echo $$ >> pids; setsid sh -c 'echo $$ >> pids; exec sleep 1000' & sh -c 'echo $$ >> pids; exec sleep 1000' & wait");
        try
        {
            var tasks = await Watched.PidsAsync(pids, 3);
            Assert.All(tasks, pid => Assert.True(Watched.IsAlive(pid)));

            worker.Kill();

            await Watched.UntilAsync(() => !tasks.Any(Watched.IsAlive), "the worker's tasks are dead");
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task A_worker_whose_guard_was_killed_gets_another()
    {
        using var bench = new TaskBench();
        var scratch = Path.Combine(bench.Path, "scratch");
        using var worker = TaskHost.Start(
            bench.Path,
            "echo $$ >> first; echo $PPID >> first; until [ -e go ]; do sleep 0.05; done",
            "echo $$ >> second; trap '' TERM HUP; sleep 1000 & wait");
        try
        {
            // The guard is the other child of the task's parent, which is the worker.
            var ids = await Watched.PidsAsync(Path.Combine(scratch, "first"), 2);
            using var guard = Process.GetProcessById(Children(ids[1]).Single(child => child != ids[0]));
            Assert.Contains("amls-guard", File.ReadAllText($"/proc/{guard.Id}/cmdline"));
            guard.Kill();
            await Watched.UntilAsync(() => !Watched.IsAlive(guard.Id), "the guard is dead");
            File.WriteAllText(Path.Combine(scratch, "go"), "");
            var second = await Watched.PidsAsync(Path.Combine(scratch, "second"), 1);

            worker.Kill();

            await Watched.UntilAsync(() => !Watched.IsAlive(second[0]), "the task is dead");
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
        }
    }

    private static IEnumerable<int> Children(int pid) => Directory.EnumerateDirectories($"/proc/{pid}/task")
        .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(int.Parse);
}
