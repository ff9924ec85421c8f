using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Testing;
using Xunit.Abstractions;

namespace AkkaMLScheduler.ClusterTests.Failures;

/// <summary>Training whose worker is killed with -9 again and again. <c>AMLS_TORCH_KILLS=N</c> says how often, <c>AMLS_TORCH_SEED</c> at which steps.</summary>
public sealed class TorchKillTests(ITestOutputHelper output)
{
    private const int Steps = 2_000;
    private static readonly int Kills = Asked.Number("AMLS_TORCH_KILLS") ?? 3;
    private static readonly int Seed = Asked.Number("AMLS_TORCH_SEED") ?? 1;
    private static readonly string Spec = Training.Spec(Steps, cpu: 1);

    [SkippableFact]
    public async Task Training_that_is_killed_at_random_steps_ends_as_one_that_never_was_bit_for_bit()
    {
        var text = SharedData.Require("tiny-shakespeare", "input.txt");
        await ClusterProcesses.RunAsync(new ClusterShape { Schedulers = 1, Workers = 1 }, output, async cluster =>
        {
            await Training.TokeniseAsync(cluster, text);
            await cluster.Api.SubmitAsync("straight", Spec);
            var straight = await cluster.UntilEndedAsync("straight");
            Assert.Equal((JobStatus.Succeeded, 1), (straight.Job.Status, straight.Job.Attempts));
            var expected = Training.Series(cluster, straight).ToDictionary(line => line.Step, line => line.Values);

            await cluster.Api.SubmitAsync("killed", Spec);
            var random = new Random(Seed);
            int[] steps = [.. Enumerable.Range(0, Kills).Select(_ => random.Next(1, Steps)).Order()];
            var attempt = 0;
            foreach (var step in steps)
            {
                attempt = await Training.UntilStepAsync(cluster, "killed", attempt, step);
                await cluster.Workers[0].KillAsync();
            }

            var killed = await cluster.UntilEndedAsync("killed");
            output.WriteLine(
                $"seed {Seed}: killed soon after the steps {string.Join(' ', steps)}; {killed.Job.Attempts} attempts, which resumed at "
                + string.Join(' ', killed.Attempts.Select(attempt => attempt.ResumeStep ?? 0)));
            Assert.Equal(JobStatus.Succeeded, killed.Job.Status);
            Assert.Equal(["TorchSharp", "amls", "dotnet", "platform"], straight.Attempts[0].Software!.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(Steps, expected.Count);

            // Not only the series as a whole: whatever any attempt computed, also what was lost with it and computed again.
            var seen = Training.Series(cluster, killed).ToList();
            Assert.All(seen, line => Assert.Equal(expected[line.Step], line.Values));
            Assert.Equal(Steps, seen.Select(line => line.Step).Distinct().Count());
            Assert.Equal(Training.FinalHash(straight, Steps), Training.FinalHash(killed, Steps));
        });
    }
}
