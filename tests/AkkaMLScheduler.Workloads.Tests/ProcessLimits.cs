using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Processes;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class ProcessLimits
{
    private static readonly ResourceSpec Given = new(500, 64L << 20, 0);

    [Fact]
    public async Task Without_a_control_group_a_process_may_not_map_much_more_than_it_may_hold()
    {
        using var bench = new TaskBench();

        // Mapped and not touched: nothing that a look at resident memory would see.
        var task = bench.Python("bytearray(1 << 34)") with { Resources = Given, Processes = WithoutGroups };

        var run = await TaskBench.RunAsync(task);

        Assert.Equal((TaskEnd.Failed, "exit code 1; its last words: MemoryError"), (run.Outcome.End, run.Outcome.Reason));
        Assert.Contains("kept by a look at the resident memory of its processes every 100 ms and by RLIMIT_DATA of", run.Log);
    }

    [Fact]
    public async Task Without_a_control_group_a_process_ends_when_it_has_taken_the_cpu_time_of_the_whole_job()
    {
        using var bench = new TaskBench();
        var task = bench.Shell("while :; do :; done") with { Resources = Given, TimeLimit = TimeSpan.FromSeconds(3), Processes = WithoutGroups };

        var run = await TaskBench.RunAsync(task).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(TaskEnd.Failed, run.Outcome.End);
        Assert.Contains("the CPU limit was passed: a process took 2 s of CPU, which is 0.5 CPUs for the whole timeLimit", run.Outcome.Reason);
        Assert.Contains("CPU limit 0.5, kept by RLIMIT_CPU of 2 s for each process", run.Log);
        Assert.InRange(run.Outcome.Metrics["cpu_seconds"], 1.9, 7);
    }

    [Fact]
    public async Task What_a_program_starts_has_its_limits_too()
    {
        using var bench = new TaskBench();
        var task = bench.Shell("sh -c 'ulimit -t; ulimit -d'") with { Resources = Given, TimeLimit = TimeSpan.FromSeconds(100), Processes = WithoutGroups };

        var log = (await TaskBench.RunAsync(task)).Log;

        Assert.Contains($"\n50\n{(128 + (64 * Environment.ProcessorCount)) * 1024}\n", log);
    }

    [SkippableFact]
    public async Task A_control_group_ends_what_hides_from_every_other_search()
    {
        Skip.If(ControlGroups.Shared is null, "This machine lets this process make no control groups.");
        using var bench = new TaskBench();

        // Another session, and no environment by which it could be known.
        var task = bench.Shell(
            "env -i setsid sh -c 'echo $$ >> pids; exec sleep 1000' & until [ -s pids ]; do :; done; cut -d: -f3 /proc/self/cgroup | tail -n 1");

        var run = await TaskBench.RunAsync(task);

        var group = run.Log.Split('\n').Single(line => line.Contains("/amls-", StringComparison.Ordinal));
        Assert.DoesNotContain(await Watched.PidsAsync(Path.Combine(task.ScratchDirectory, "pids"), 1), Watched.IsAlive);
        Assert.False(Directory.Exists(ControlGroups.Shared!.Prefix(Path.GetFileName(group)["amls-".Length..])));
    }

    [SkippableFact]
    public async Task A_control_group_dies_with_the_worker()
    {
        Skip.If(ControlGroups.Shared is null, "This machine lets this process make no control groups.");
        using var bench = new TaskBench();
        var scratch = Path.Combine(bench.Path, "scratch");
        using var worker = TaskHost.Start(
            bench.Path,
            "until cut -d: -f3 /proc/self/cgroup | grep amls- > group; do :; done; env -i setsid sh -c 'echo $$ > pids; exec sleep 1000' & wait");
        try
        {
            var hidden = await Watched.PidsAsync(Path.Combine(scratch, "pids"), 1);
            var group = Path.GetFileName(File.ReadAllText(Path.Combine(scratch, "group")).Trim());
            var folder = ControlGroups.Shared!.Prefix(group["amls-".Length..]);
            Assert.True(Directory.Exists(folder));

            worker.Kill();

            await Watched.UntilAsync(() => !Watched.IsAlive(hidden[0]), "what hid is dead");
            await Watched.UntilAsync(() => !Directory.Exists(folder), "its group is gone");
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
        }
    }

    [SkippableFact]
    public async Task A_control_group_gives_a_task_no_more_cpu_than_it_asked_for()
    {
        Skip.If(ControlGroups.Shared is not { LimitsCpu: true }, "This machine lets this process limit no CPU by control groups.");
        using var bench = new TaskBench();
        var task = bench.Shell("timeout 4 sh -c 'while :; do :; done' & timeout 4 sh -c 'while :; do :; done' & wait") with { Resources = Given };

        var run = await TaskBench.RunAsync(task);

        Assert.Contains("CPU limit 0.5, kept by its control group (cpu.max)", run.Log);
        Assert.InRange(run.Outcome.Metrics["cpu_seconds"], 0.2, 3);
    }

    [SkippableFact]
    public async Task A_control_group_ends_a_task_whole_that_takes_more_memory_than_it_asked_for()
    {
        Skip.If(ControlGroups.Shared is not { LimitsMemory: true }, "This machine lets this process limit no memory by control groups.");
        using var bench = new TaskBench();

        // Files held in memory belong to the group and to no process: only the kernel sees them.
        var task = bench.Shell("head -c 100000000 /dev/zero > /dev/shm/amls-$$; sleep 100; echo outlived") with { Resources = Given };

        var run = await TaskBench.RunAsync(task);

        Assert.Equal(
            (TaskEnd.Failed, "the memory limit of 64MiB was passed: its control group was ended by the kernel; ask for more under resources.memory"),
            (run.Outcome.End, run.Outcome.Reason));
        Assert.DoesNotContain("outlived", run.Log);
        foreach (var file in Directory.GetFiles("/dev/shm", "amls-*")) File.Delete(file);
    }

    private static ProcessSettings WithoutGroups => new(true, TimeSpan.FromSeconds(30), ControlGroups: false);
}
