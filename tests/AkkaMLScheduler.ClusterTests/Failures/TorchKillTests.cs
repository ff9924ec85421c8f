using System.Globalization;
using Akka.Actor;
using Akka.Streams;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Ingestion;
using AkkaMLScheduler.Processing;
using AkkaMLScheduler.Testing;
using Xunit.Abstractions;

namespace AkkaMLScheduler.ClusterTests.Failures;

/// <summary>Training whose worker is killed with -9 again and again. <c>AMLS_TORCH_KILLS=N</c> says how often, <c>AMLS_TORCH_SEED</c> at which steps.</summary>
public sealed class TorchKillTests(ITestOutputHelper output)
{
    private const int Steps = 2_000;
    private static readonly int Kills = Asked.Number("AMLS_TORCH_KILLS") ?? 3;
    private static readonly int Seed = Asked.Number("AMLS_TORCH_SEED") ?? 1;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string Spec =
        $$"""
        name: gpt
        resources: { cpu: 1, memory: 512MiB }
        run: { type: torch, steps: {{Steps}}, batch: 8, context: 32, layers: 1, heads: 2, width: 32, logEvery: 1, seed: 7 }
        inputs: [shakespeare]
        checkpoint: { every: 50, keep: 2 }
        retry: { max: 0, backoff: 10ms, maxBackoff: 100ms }
        """;

    [SkippableFact]
    public async Task Training_that_is_killed_at_random_steps_ends_as_one_that_never_was_bit_for_bit()
    {
        var text = SharedData.Require("tiny-shakespeare", "input.txt");
        await ClusterProcesses.RunAsync(new ClusterShape { Schedulers = 1, Workers = 1 }, output, async cluster =>
        {
            await TokeniseAsync(cluster, text);
            await cluster.Api.SubmitAsync("straight", Spec);
            var straight = await cluster.UntilEndedAsync("straight");
            Assert.Equal((JobStatus.Succeeded, 1), (straight.Job.Status, straight.Job.Attempts));
            var expected = Series(cluster, straight).ToDictionary(line => line.Step, line => line.Values);

            await cluster.Api.SubmitAsync("killed", Spec);
            var random = new Random(Seed);
            int[] steps = [.. Enumerable.Range(0, Kills).Select(_ => random.Next(1, Steps)).Order()];
            var attempt = 0;
            foreach (var step in steps)
            {
                attempt = await UntilStepAsync(cluster, "killed", attempt, step);
                await cluster.Workers[0].KillAsync();
            }

            var killed = await cluster.UntilEndedAsync("killed");
            output.WriteLine(
                $"seed {Seed}: killed soon after the steps {string.Join(' ', steps)}; {killed.Job.Attempts} attempts, which resumed at "
                + string.Join(' ', killed.Attempts.Select(attempt => attempt.ResumeStep ?? 0)));
            Assert.Equal(JobStatus.Succeeded, killed.Job.Status);
            Assert.Equal(Steps, expected.Count);

            // Not only the series as a whole: whatever any attempt computed, also what was lost with it and computed again.
            var seen = Series(cluster, killed).ToList();
            Assert.All(seen, line => Assert.Equal(expected[line.Step], line.Values));
            Assert.Equal(Steps, seen.Select(line => line.Step).Distinct().Count());
            Assert.Equal(FinalHash(straight), FinalHash(killed));
        });
    }

    /// <summary>The text as a curated dataset, made by the pipelines that users have.</summary>
    private static async Task TokeniseAsync(ClusterProcesses cluster, string text)
    {
        await using var catalog = await LakeCatalog.OpenAsync(CatalogSettings.PostgreSql(cluster.Database, cluster.DataDir));
        using var system = ActorSystem.Create("ingestion");
        using var materializer = system.Materializer();
        await IngestionPipeline.FromFilesAsync(catalog, new IngestionSettings("lines"), [text], materializer);
        await ProcessingPipeline.RunAsync(catalog, new ProcessingSettings("lines", "clean", "shakespeare"), materializer, CancellationToken.None);
    }

    /// <summary>Waits until an attempt after this one has come this far, and says which.</summary>
    private static async Task<int> UntilStepAsync(ClusterProcesses cluster, string id, int after, int step)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var there = Logs(cluster, id).Where(log => log.Attempt > after && Lines(log.Path).Any(line => line.Step >= step)).ToList();
            if (there.Count > 0) return there.Max(log => log.Attempt);
            await Task.Delay(LookInterval, limit.Token);
        }
    }

    private static IEnumerable<(int Step, string Values)> Series(ClusterProcesses cluster, JobDetail job)
    {
        var logs = Logs(cluster, job.Job.Id).ToList();
        Assert.NotEmpty(logs);
        return logs.SelectMany(log => Lines(log.Path));
    }

    private static IEnumerable<(int Attempt, string Path)> Logs(ClusterProcesses cluster, string id)
    {
        var folder = Path.Combine(cluster.DataDir, "logs", id);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "rank-0.log", SearchOption.AllDirectories).Select(path => (AttemptOf(path), path))
            : [];
    }

    private static int AttemptOf(string log) =>
        int.Parse(Path.GetFileName(Path.GetDirectoryName(log)!)["attempt-".Length..], CultureInfo.InvariantCulture);

    /// <summary>The steps in a log with their loss and gradient norm as text: equal text means equal bits. A line that a kill tore is left out.</summary>
    private static IEnumerable<(int Step, string Values)> Lines(string log) =>
        from line in File.ReadAllText(log).Split('\n')[..^1]
        let words = line.Split(' ')
        where words is [_, "step", _, _, _, ..]
        select (int.Parse(words[2].Split('/')[0], CultureInfo.InvariantCulture), $"{words[3]} {words[4]}");

    private static string FinalHash(JobDetail job) => job.Checkpoints.Last(saved => saved.Step == Steps).Sha256;
}
