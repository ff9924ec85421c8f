using System.Globalization;
using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Testing;
using Xunit.Abstractions;

namespace AkkaMLScheduler.ClusterTests.Failures;

/// <summary>A gang over several processes, one of which is killed.</summary>
public sealed class TorchGangTests(ITestOutputHelper output)
{
    private const int Steps = 300;

    /// <summary>Of the losses, in nats: a gang adds the same floats in another order.</summary>
    private const double Tolerance = 1e-3;

    [SkippableFact]
    public async Task A_gang_over_two_workers_learns_what_one_task_learns_and_resumes_whole_when_ranks_are_lost()
    {
        var text = SharedData.Require("tiny-shakespeare", "input.txt");
        await ClusterProcesses.RunAsync(new ClusterShape { Schedulers = 1, Workers = 2 }, output, async cluster =>
        {
            await Training.TokeniseAsync(cluster, text);
            await cluster.Api.SubmitAsync("alone", Training.Spec(Steps, cpu: 1));
            var alone = Losses(Training.Series(cluster, await cluster.UntilEndedAsync("alone")));

            // Two cores a rank: four fit on no node of four cores.
            await cluster.Api.SubmitAsync("gang", Training.Spec(Steps, cpu: 2, tasks: 4));
            await Training.UntilStepAsync(cluster, "gang", after: 0, step: 120);
            await cluster.Workers[1].KillAsync();
            var gang = await cluster.UntilEndedAsync("gang");

            Assert.Equal((JobStatus.Succeeded, 2), (gang.Job.Status, gang.Job.Attempts));
            Assert.All(gang.Attempts, attempt => Assert.Equal([2, 2], attempt.Placements.CountBy(place => place.Node).Select(node => node.Value)));
            var resumed = gang.Attempts[1].ResumeStep;
            Assert.InRange(resumed ?? 0, 50, 150);
            Assert.Equal(4, gang.Checkpoints.Where(saved => saved.Step == resumed && saved.Attempt == 1).Select(saved => saved.Rank).Distinct().Count());
            Assert.Single(gang.Checkpoints.Where(saved => saved.Step == Steps).Select(saved => saved.Sha256).Distinct());

            var together = Training.Series(cluster, gang).ToList();
            Assert.Equal(Steps, together.Select(line => line.Step).Distinct().Count());
            var losses = together.Select(line => (line.Step, Loss: Loss(line.Values))).ToList();
            output.WriteLine($"largest difference of the losses {losses.Max(line => Math.Abs(line.Loss - alone[line.Step])):E2} nats; resumed at {resumed}");
            Assert.All(losses, line => Assert.Equal(alone[line.Step], line.Loss, Tolerance));
        });
    }

    private static Dictionary<int, double> Losses(IEnumerable<(int Step, string Values)> series) =>
        series.ToDictionary(line => line.Step, line => Loss(line.Values));

    private static double Loss(string values) => double.Parse(values.Split(' ')[0]["loss=".Length..], CultureInfo.InvariantCulture);
}
