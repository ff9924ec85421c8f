using System.Diagnostics;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Testing;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>PyTorch's own data parallel training as a gang.</summary>
public sealed class TorchDistributedTests
{
    private const int Steps = 2_000;

    [SkippableFact]
    public async Task A_gang_of_torch_distributed_is_preempted_and_ends_as_one_that_never_was()
    {
        var python = Python();
        using var folder = new TemporaryFolder();
        var settings = TestCluster.Settings(folder.Path) with { Processes = new ProcessSettings(true, TimeSpan.FromSeconds(60)) };
        await using var cluster = await TestCluster.StartAsync(settings, workers: 2);
        var script = folder.File("train.py");
        var example = Repository.PythonExamples("src/AkkaMLScheduler.Workloads/README.md")[1];
        Assert.Contains("), 200\n", example);
        await File.WriteAllTextAsync(script, example.Replace("), 200\n", $"), {Steps}\n", StringComparison.Ordinal));

        await cluster.SubmitAsync("straight", Training(python, script));
        var straight = await cluster.UntilEndedAsync("straight");
        await cluster.SubmitAsync("gang", Training(python, script));
        await cluster.UntilAsync("gang", job => job.Checkpoints >= 4);
        await cluster.SubmitAsync("urgent", TestCluster.Sleep(3, gpu: 2, priority: 5));
        var gang = await cluster.UntilEndedAsync("gang");
        var log = await cluster.Http.GetStringAsync("api/v1/jobs/gang/logs");

        Assert.Equal((JobStatus.Succeeded, 1), (straight.Job.Status, straight.Job.Attempts));
        Assert.Equal((JobStatus.Succeeded, 2, 1), (gang.Job.Status, gang.Job.Attempts, gang.Job.Preemptions));
        Assert.Equal(2, gang.Attempts[1].Placements.Select(place => place.Node).Distinct().Count());
        Assert.InRange(gang.Job.ResumedFromStep ?? 0, 200, Steps - 1);
        Assert.Contains($"2.0 | rank 0 resumed at step {gang.Job.ResumedFromStep}\n", log);
        Assert.Contains($"2.1 | rank 1 resumed at step {gang.Job.ResumedFromStep}\n", log);
        Assert.Equal(Losses(straight), Losses(gang));
    }

    private static string Training(string python, string script) =>
        $$"""
        name: ddp
        tasks: 2
        resources: { cpu: 1, memory: 1GiB, gpu: 2 }
        run: { type: process, argv: ["{{python}}", "{{script}}"] }
        checkpoint: { every: 100, keep: 3 }
        """;

    /// <summary>Of every rank at the last step.</summary>
    private static IEnumerable<(int Rank, double Loss)> Losses(JobDetail job) =>
        job.Checkpoints.Where(saved => saved.Step == Steps).OrderBy(saved => saved.Rank).Select(saved => (saved.Rank, saved.Metrics["loss"]));

    /// <summary>One that has PyTorch.</summary>
    private static string Python()
    {
        var found = new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(HasTorch);
        Requires.That(found is not null, "There is no python3 with torch.");
        return found!;
    }

    private static bool HasTorch(string python)
    {
        try
        {
            using var import = Process.Start(new ProcessStartInfo(python, ["-c", "import torch.distributed"]) { RedirectStandardError = true })!;
            import.WaitForExit();
            return import.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
