using System.Globalization;
using Akka.Actor;
using Akka.Streams;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Ingestion;
using AkkaMLScheduler.Processing;

namespace AkkaMLScheduler.ClusterTests.Failures;

/// <summary>Training of a small language model as a job, and what its logs say of it.</summary>
internal static class Training
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static string Spec(int steps, int cpu, int tasks = 1) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        name: gpt
        tasks: {{tasks}}
        resources: { cpu: {{cpu}}, memory: 512MiB }
        run: { type: torch, steps: {{steps}}, batch: 8, context: 32, layers: 1, heads: 2, width: 32, logEvery: 1, seed: 7 }
        inputs: [shakespeare]
        checkpoint: { every: 50, keep: 2 }
        retry: { max: 0, backoff: 10ms, maxBackoff: 100ms }
        """);

    /// <summary>The text as a curated dataset, made by the pipelines that users have.</summary>
    public static async Task TokeniseAsync(ClusterProcesses cluster, string text)
    {
        await using var catalog = await LakeCatalog.OpenAsync(CatalogSettings.PostgreSql(cluster.Database, cluster.DataDir));
        using var system = ActorSystem.Create("ingestion");
        using var materializer = system.Materializer();
        await IngestionPipeline.FromFilesAsync(catalog, new IngestionSettings("lines"), [text], materializer);
        await ProcessingPipeline.RunAsync(catalog, new ProcessingSettings("lines", "clean", "shakespeare"), materializer, CancellationToken.None);
    }

    /// <summary>Waits until an attempt after this one has come this far, and says which.</summary>
    public static async Task<int> UntilStepAsync(ClusterProcesses cluster, string id, int after, int step)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var there = Logs(cluster, id).Where(log => log.Attempt > after && Lines(log.Path).Any(line => line.Step >= step)).ToList();
            if (there.Count > 0) return there.Max(log => log.Attempt);
            await Task.Delay(LookInterval, limit.Token);
        }
    }

    /// <summary>What rank 0 logged, in whatever attempt: steps with their loss and gradient norm.</summary>
    public static IEnumerable<(int Step, string Values)> Series(ClusterProcesses cluster, JobDetail job)
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

    /// <summary>Of the last step's checkpoint: weights and moments, and what the run is.</summary>
    public static string FinalHash(JobDetail job, int steps) => job.Checkpoints.Last(saved => saved.Step == steps).Sha256;
}
