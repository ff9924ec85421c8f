using System.Diagnostics;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Processes;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class ProcessLimits
{
    /// <summary>Prints the path of its control group, after a moment in which it is moved there.</summary>
    private const string PrintGroup = "sleep 0.5; cut -d: -f3 /proc/self/cgroup | tail -n 1";

    private const string Hide = "env -i setsid sh -c 'echo $$ > pids; exec sleep 1000' &";

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
        Assert.InRange(run.Outcome.Metrics["cpu_seconds"], 1, 7);
    }

    [Fact]
    public async Task What_a_program_starts_has_its_limits_too()
    {
        using var bench = new TaskBench();

        // The limits are set on a process that already runs, so it waits for its own.
        var task = bench.Shell("until [ $(ulimit -t) != unlimited ]; do sleep 0.01; done; sh -c 'ulimit -t; ulimit -d'") with
        { Resources = Given, TimeLimit = TimeSpan.FromSeconds(100), Processes = WithoutGroups };

        var log = (await TaskBench.RunAsync(task).WaitAsync(TimeSpan.FromSeconds(60))).Log;

        Assert.Contains($"\n50\n{(128 + (64 * Environment.ProcessorCount)) * 1024}\n", log);
    }

    [Fact]
    public async Task A_control_group_ends_what_hides_from_every_other_search_and_goes_with_the_task()
    {
        using var bench = new TaskBench();

        // Another session, and no environment by which it could be known.
        var task = bench.Shell($"{PrintGroup}; {Hide} until [ -s pids ]; do :; done");

        var run = await TaskBench.RunAsync(task);

        var hidden = (await Watched.PidsAsync(Path.Combine(task.ScratchDirectory, "pids"), 1))[0];
        if (FolderOf(run.Log) is not { } folder)
        {
            // Stated in the project's README: here such a process outlives its task.
            Process.GetProcessById(hidden).Kill();
            return;
        }

        Assert.False(Watched.IsAlive(hidden));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_control_group_dies_with_the_worker()
    {
        using var bench = new TaskBench();
        var scratch = Path.Combine(bench.Path, "scratch");
        using var worker = TaskHost.Start(bench.Path, $"{PrintGroup} > group; {Hide} wait");
        try
        {
            var hidden = (await Watched.PidsAsync(Path.Combine(scratch, "pids"), 1))[0];
            var folder = FolderOf(File.ReadAllText(Path.Combine(scratch, "group")));
            Assert.True(folder is null || Directory.Exists(folder));

            worker.Kill();

            if (folder is null) Process.GetProcessById(hidden).Kill();
            await Watched.UntilAsync(() => !Watched.IsAlive(hidden), "what hid is dead");
            await Watched.UntilAsync(() => !Directory.Exists(folder), "its group is gone");
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task A_task_gets_no_more_cpu_than_it_asked_for_or_its_log_says_what_bounds_it_instead()
    {
        using var bench = new TaskBench();
        var task = bench.Shell("timeout 4 sh -c 'while :; do :; done' & timeout 4 sh -c 'while :; do :; done' & wait") with
        { Resources = Given, TimeLimit = TimeSpan.FromMinutes(1) };

        var run = await TaskBench.RunAsync(task);

        var byGroup = ControlGroups.Shared is { LimitsCpu: true };
        Assert.Contains(byGroup ? "CPU limit 0.5, kept by its control group (cpu.max)" : "CPU limit 0.5, kept by RLIMIT_CPU of 30 s for each process", run.Log);
        Assert.InRange(run.Outcome.Metrics["cpu_seconds"], 0.2, byGroup ? 3 : 9);
    }

    [Fact]
    public async Task A_task_that_takes_more_memory_than_it_asked_for_ends_whole_where_the_kernel_keeps_the_limit()
    {
        using var bench = new TaskBench();

        // Files held in memory belong to the group and to no process: only the kernel sees them.
        var task = bench.Shell("trap 'rm -f /dev/shm/amls-$$' EXIT; echo $$ > pids; head -c 100000000 /dev/zero > /dev/shm/amls-$$; echo outlived") with
        { Resources = Given };

        var run = await TaskBench.RunAsync(task);

        File.Delete($"/dev/shm/amls-{(await Watched.PidsAsync(Path.Combine(task.ScratchDirectory, "pids"), 1))[0]}");
        if (ControlGroups.Shared is not { LimitsMemory: true })
        {
            Assert.Equal(TaskEnd.Succeeded, run.Outcome.End);
            Assert.Contains("memory limit 64MiB, kept by a look at the resident memory", run.Log);
            return;
        }

        Assert.Contains("memory limit 64MiB, kept by its control group (memory.max)", run.Log);
        Assert.Equal(
            (TaskEnd.Failed, "the memory limit of 64MiB was passed: its control group was ended by the kernel; ask for more under resources.memory"),
            (run.Outcome.End, run.Outcome.Reason));
        Assert.DoesNotContain("outlived", run.Log);
    }

    /// <summary>The folder of the group whose path was printed; null where this machine lets this process make none.</summary>
    private static string? FolderOf(string printed)
    {
        var path = printed.Split('\n').FirstOrDefault(line => line.Contains("/amls-", StringComparison.Ordinal));
        Assert.Equal(ControlGroups.Shared is null, path is null);
        return path is null ? null : ControlGroups.Shared!.Prefix(Path.GetFileName(path)["amls-".Length..]);
    }

    private static ProcessSettings WithoutGroups => new(true, TimeSpan.FromSeconds(30), ControlGroups: false);
}
