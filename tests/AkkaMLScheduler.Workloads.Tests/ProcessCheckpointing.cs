using System.Security.Cryptography;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class ProcessCheckpointing
{
    private const string Report = "report() { echo \"{\\\"amls\\\": {\\\"checkpoint\\\": {\\\"step\\\": $1, \\\"path\\\": \\\"$2\\\"}}}\"; }\n";

    [Fact]
    public async Task A_file_saved_again_under_one_name_gives_a_checkpoint_each_time()
    {
        using var bench = new TaskBench();
        var task = bench.Shell(
            Report
            + """
            cd "$AMLS_CHECKPOINT_DIR"
            for step in 1 2 3; do
                echo "state $step" > model.pt
                report $step model.pt
                while [ -e model.pt ]; do sleep 0.01; done
            done
            """);

        var run = await TaskBench.RunAsync(task);

        Assert.Equal(["step-000000000001.pt", "step-000000000002.pt", "step-000000000003.pt"], run.Checkpoints.Select(file => Path.GetFileName(file.Path)));
        Assert.All(run.Checkpoints, file => Assert.Equal($"state {file.Step}\n", File.ReadAllText(file.Path)));
        Assert.All(run.Checkpoints, file => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.Path))), file.Sha256));
        Assert.All(run.Checkpoints, file => Assert.Equal(8, file.Bytes));
    }

    [Fact]
    public async Task Only_the_newest_files_are_kept()
    {
        using var bench = new TaskBench();
        var task = bench.Shell(Report + "cd \"$AMLS_CHECKPOINT_DIR\"; for step in 1 2 3 4 5; do echo $step > at-$step; report $step at-$step; done; echo mine > notes") with
        { Checkpoint = new CheckpointSpec(1, 2) };

        var run = await TaskBench.RunAsync(task);

        Assert.Equal([1L, 2, 3, 4, 5], run.Checkpoints.Select(file => file.Step));
        Assert.Equal(["notes", "step-000000000004", "step-000000000005"], Directory.GetFiles(task.CheckpointDirectory).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("min loss", "step-000000000002")]
    [InlineData("max loss", "step-000000000001")]
    [InlineData("min accuracy", "step-000000000004")]
    public async Task The_best_file_stays_beside_the_newest(string rule, string first)
    {
        using var bench = new TaskBench();
        const string save = """
            cd "$AMLS_CHECKPOINT_DIR"
            step=0
            for loss in 9 1 5 4 3; do
                step=$((step+1)); echo $loss > at-$step
                echo "{\"amls\": {\"checkpoint\": {\"step\": $step, \"path\": \"at-$step\", \"metrics\": {\"loss\": $loss}}}}"
            done
            """;
        var task = bench.Shell(save) with { Checkpoint = new CheckpointSpec(1, 2) { Best = rule } };

        await TaskBench.RunAsync(task);

        var left = Directory.GetFiles(task.CheckpointDirectory).Select(Path.GetFileName).Order().ToList();
        Assert.Equal(first, left[0]);
        Assert.Equal(["step-000000000004", "step-000000000005"], left[^2..]);
        Assert.InRange(left.Count, 2, 3);
    }

    [Theory]
    [InlineData("echo x > ../outside", "../outside", "is outside the checkpoint folder")]
    [InlineData("", "/etc/passwd", "/etc/passwd is outside the checkpoint folder")]
    [InlineData("ln -s /etc/passwd link", "link", "link is a link")]
    [InlineData("ln -s /etc folder", "folder/passwd", "folder is a link")]
    [InlineData("mkdir folder", "folder", "is a folder; a checkpoint is one file")]
    [InlineData("mkfifo pipe", "pipe", "is no ordinary file")]
    [InlineData("", "gone", "does not exist")]
    public async Task A_path_that_is_no_file_within_the_folder_is_refused_and_the_program_goes_on(string prepare, string path, string reason)
    {
        using var bench = new TaskBench();
        var task = bench.Shell(Report + $"cd \"$AMLS_CHECKPOINT_DIR\"\n{prepare}\nreport 1 {path}\necho good > good; report 2 good");

        var run = await TaskBench.RunAsync(task);

        Assert.Equal(TaskEnd.Succeeded, run.Outcome.End);
        Assert.Equal(2, Assert.Single(run.Checkpoints).Step);
        Assert.Contains("amls: the checkpoint of step 1 was not taken: ", run.Log);
        Assert.Contains(reason, run.Log);
        Assert.True(File.Exists("/etc/passwd"));
    }

    [Fact]
    public async Task A_step_that_comes_twice_is_taken_once()
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(bench.Shell(Report + "cd \"$AMLS_CHECKPOINT_DIR\"; echo a > a; report 1 a; echo b > b; report 1 b"));

        Assert.Equal("a\n", File.ReadAllText(Assert.Single(run.Checkpoints).Path));
        Assert.Contains("step 1 came before it; steps must grow", run.Log);
    }

    [Fact]
    public async Task A_checkpoint_that_does_not_count_any_more_stops_the_program()
    {
        using var bench = new TaskBench();
        var task = bench.Shell(Report + "cd \"$AMLS_CHECKPOINT_DIR\"; echo a > a; report 1 a; echo b > b; report 2 b; while :; do sleep 0.05; done");

        var run = await TaskBench.RunAsync(task, new RecordingObserver { Accept = file => file.Step < 2 }).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(TaskEnd.Stopped, run.Outcome.End);
        Assert.Equal("the checkpoint of step 2 was refused: attempt 1 is no longer the current one", run.Outcome.Reason);
        Assert.Equal(["step-000000000001"], Directory.GetFiles(task.CheckpointDirectory).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_resumed_program_gets_the_file_and_the_step_and_a_first_one_neither()
    {
        using var bench = new TaskBench();
        const string Script = "echo \"from ${AMLS_RESUME_FROM-nothing} at ${AMLS_RESUME_STEP-nothing}\"; cd \"$AMLS_CHECKPOINT_DIR\"; echo a > a; report 4 a";
        var first = await TaskBench.RunAsync(bench.Shell(Report + Script));
        var saved = first.At(4);

        var second = await TaskBench.RunAsync(bench.Shell(Report + Script) with { Attempt = 2, ResumeFrom = saved });

        Assert.Contains("from nothing at nothing\n", first.Log);
        Assert.Contains($"from {saved.Path} at 4\n", second.Log);
    }

    [Theory]
    [InlineData(true, "recorded was")]
    [InlineData(false, "Could not find file")]
    public async Task A_checkpoint_that_was_changed_or_lost_is_not_resumed_from(bool changed, string reason)
    {
        using var bench = new TaskBench();
        var first = await TaskBench.RunAsync(bench.Shell(Report + "cd \"$AMLS_CHECKPOINT_DIR\"; echo a > a; report 4 a"));
        if (changed) File.AppendAllText(first.At(4).Path, "more");
        else File.Delete(first.At(4).Path);

        var second = await TaskBench.RunAsync(bench.Shell("echo ran") with { ResumeFrom = first.At(4) });

        Assert.Equal(TaskEnd.CheckpointUnusable, second.Outcome.End);
        Assert.Contains(reason, second.Outcome.Reason);
        Assert.DoesNotContain("ran\n", second.Log);
    }

    [SkippableFact]
    public async Task The_example_of_the_readme_resumes_to_the_same_result()
    {
        using var bench = new TaskBench();
        var script = Repository.PythonExamples("src/AkkaMLScheduler.Workloads/README.md")[0];
        var straight = await TaskBench.RunAsync(bench.Python(script) with { Checkpoint = new CheckpointSpec(20, 10) });

        var resumed = await TaskBench.RunAsync(bench.Python(script) with { Checkpoint = new CheckpointSpec(20, 10), ResumeFrom = straight.At(20) });

        Assert.Equal([20L, 40, 50], straight.Checkpoints.Select(file => file.Step));
        Assert.Equal([40L, 50], resumed.Checkpoints.Select(file => file.Step));
        Assert.Equal(straight.Checkpoints[^1].Sha256, resumed.Checkpoints[^1].Sha256);
        Assert.InRange(straight.Outcome.Metrics["loss"], 1e-9, 1e-4);
    }
}
