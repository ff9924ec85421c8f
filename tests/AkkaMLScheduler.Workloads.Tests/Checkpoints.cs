using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class Checkpoints
{
    private static readonly Dictionary<string, string> Small = new() { ["steps"] = "40", ["size"] = "24" };

    [Fact]
    public async Task A_changed_file_is_refused_by_its_hash()
    {
        using var bench = new TaskBench();
        var run = await TaskBench.RunAsync(bench.Task("matmul", Small, every: 10));
        var source = run.At(20);
        var bytes = File.ReadAllBytes(source.Path);
        bytes[^2] ^= 1;
        File.WriteAllBytes(source.Path, bytes);

        var resumed = await TaskBench.RunAsync(bench.Task("matmul", Small) with { ResumeFrom = source });

        Assert.Equal(TaskEnd.CheckpointUnusable, resumed.Outcome.End);
        Assert.Contains("cannot resume from step 20", resumed.Outcome.Reason);
        Assert.Contains($"recorded was {source.Sha256}", resumed.Outcome.Reason);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        using var bench = new TaskBench();
        var source = new CheckpointSource(3, Path.Combine(bench.Path, "gone.ckpt"), new string('0', 64));

        var resumed = await TaskBench.RunAsync(bench.Task("sleep", new Dictionary<string, string>()) with { ResumeFrom = source });

        Assert.Equal(TaskEnd.CheckpointUnusable, resumed.Outcome.End);
        Assert.Contains("gone.ckpt", resumed.Outcome.Reason);
    }

    [Fact]
    public async Task Another_workloads_file_is_refused()
    {
        using var bench = new TaskBench();
        var run = await TaskBench.RunAsync(bench.Task("matmul", Small, every: 10));

        var resumed = await TaskBench.RunAsync(bench.Task("sleep", new Dictionary<string, string>()) with { ResumeFrom = run.At(10) });

        Assert.Contains("written by 'matmul', this run is 'sleep'", resumed.Outcome.Reason);
    }

    [Fact]
    public async Task Only_the_newest_files_are_kept_and_no_temporary_one_stays()
    {
        using var bench = new TaskBench();
        var task = bench.Task("matmul", Small, every: 5, keep: 2);

        var run = await TaskBench.RunAsync(task);

        Assert.Equal([5L, 10, 15, 20, 25, 30, 35, 40], run.Checkpoints.Select(file => file.Step));
        Assert.Equal(
            ["step-000000000035.ckpt", "step-000000000040.ckpt"],
            Directory.GetFiles(task.CheckpointDirectory).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_refused_checkpoint_stops_the_task_and_leaves_no_file()
    {
        using var bench = new TaskBench();
        var task = bench.Task("matmul", Small, every: 5);

        var run = await TaskBench.RunAsync(task, new RecordingObserver { Accept = file => file.Step < 15 });

        Assert.Equal(TaskEnd.Stopped, run.Outcome.End);
        Assert.Contains("checkpoint of step 15 was refused", run.Outcome.Reason);
        Assert.Equal(
            ["step-000000000005.ckpt", "step-000000000010.ckpt"],
            Directory.GetFiles(task.CheckpointDirectory).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_fails_the_task_with_its_name()
    {
        using var bench = new TaskBench();
        var file = Path.Combine(bench.Path, "file");
        File.WriteAllText(file, "");

        var run = await TaskBench.RunAsync(bench.Task("matmul", Small) with { CheckpointDirectory = Path.Combine(file, "rank-0") });

        Assert.Equal(TaskEnd.Failed, run.Outcome.End);
        Assert.Contains("cannot create the checkpoint folder", run.Outcome.Reason);
    }
}
