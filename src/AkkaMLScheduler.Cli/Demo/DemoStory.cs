using Akka.Streams;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Host;
using AkkaMLScheduler.Host.Api;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaMLScheduler.Cli.Demo;

/// <summary>
/// The main job, told once: data in, processed, trained on across a cluster that loses a node on the way. Every step looks first at what
/// an earlier run in the same folder has done, so that a killed demo is simply started again.
/// </summary>
public sealed class DemoStory(LocalCluster cluster, DemoSettings settings, IDemoDisplay display, TimeProvider time)
{
    private const int LostWorker = 1;

    private static readonly TimeSpan JobsLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TimeAway = TimeSpan.FromSeconds(2);

    private readonly long _started = time.GetTimestamp();
    private readonly ReadTables _tables = cluster.Scheduler.Services.GetRequiredService<ReadTables>();
    private readonly Submissions _submissions = cluster.Scheduler.Services.GetRequiredService<Submissions>();

    public async Task<DemoReport> TellAsync(CancellationToken ct)
    {
        var catalog = cluster.Scheduler.Catalog;
        var continued = (await catalog.DatasetsAsync(ct)).Count > 0 || (await _tables.JobsAsync(ct)).Count > 0;
        if (continued) display.Say("an earlier run is here: continuing it");
        display.Say($"cluster of {1 + cluster.Workers.Count} members is up; API at {cluster.Scheduler.Url}");

        var data = new DemoData(catalog, cluster.Scheduler.System.Materializer(), settings, display);
        var expected = await data.IngestAsync(ct);
        var processed = await data.ProcessAsync(ct);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(JobsLimit);
        await RunJobsAsync(processed.Curated.Version.ToString(), limit.Token);

        var datasets = await DatasetsApi.ListAsync(catalog, ct);
        var jobs = await _tables.JobsAsync(ct);
        var checks = DemoChecks.Of(datasets, jobs, expected, continued);
        return new DemoReport(
            checks.All(c => c.Ok), continued, time.GetElapsedTime(_started).TotalSeconds, settings.Node.DataDir,
            settings.Node.Database.ToString().ToLowerInvariant(), datasets, jobs, checks);
    }

    private async Task RunJobsAsync(string curated, CancellationToken ct)
    {
        await SubmitAsync(DemoJobs.Background, DemoJobs.BackgroundSpec(), ct);
        display.Say("a job of low priority runs first; it holds a GPU that the training will need");
        await UntilAsync(DemoJobs.Background, job => job.Status.IsTerminal() || job.Checkpoints > 0, ct);

        foreach (var (id, spec) in DemoJobs.Others(curated, settings.Seed)) await SubmitAsync(id, spec, ct);
        display.Say("the training gang asks for every GPU: the job of low priority has to make room");
        await UntilAsync(DemoJobs.Train, job => job.Status.IsTerminal() || job.Interruptions > 0 || job is { Status: JobStatus.Running, LastStep: > 0 }, ct);
        await LoseAWorkerAsync(ct);
        foreach (var job in await _tables.JobsAsync(ct)) await UntilAsync(job.Id, j => j.Status.IsTerminal(), ct);
    }

    private async Task LoseAWorkerAsync(CancellationToken ct)
    {
        var train = (await _tables.JobAsync(new JobId(DemoJobs.Train), ct))!.Job;
        if (train.Status.IsTerminal() || train.Interruptions > 0) return;
        var worker = cluster.Workers[LostWorker];
        var port = worker.ClusterPort;
        display.Say($"{worker.Settings.Name} dies while the gang trains (its newest checkpoint is of step {train.LastStep})");
        await cluster.KillWorkerAsync(LostWorker);
        await WatchAsync(TimeAway, ct);
        var restart = cluster.RestartWorkerAsync(LostWorker, port, ct);
        while (!restart.IsCompleted) await LookAsync(ct);
        await restart;
        display.Say($"{worker.Settings.Name} is back");
    }

    private async Task SubmitAsync(string id, JobSpec spec, CancellationToken ct)
    {
        var accepted = await _submissions.SubmitAsync(spec, id, "demo", ct);
        if (!accepted.AlreadyKnown) display.Say($"submitted {id}");
    }

    private async Task WatchAsync(TimeSpan duration, CancellationToken ct)
    {
        var begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) < duration) await LookAsync(ct);
    }

    private async Task UntilAsync(string id, Func<JobView, bool> reached, CancellationToken ct)
    {
        try
        {
            while (!reached((await LookAsync(ct)).Single(job => job.Id == id)))
            {
            }
        }
        catch (OperationCanceledException) when (time.GetElapsedTime(_started) > JobsLimit)
        {
            var stuck = (await _tables.JobsAsync(CancellationToken.None)).Where(j => !j.Status.IsTerminal()).Select(j => $"{j.Id} {j.Status}");
            throw new UserError($"the jobs did not end within {JobsLimit.TotalMinutes} minutes: {string.Join(", ", stuck)}; see {settings.Node.DataDir}/logs");
        }
    }

    private async Task<IReadOnlyList<JobView>> LookAsync(CancellationToken ct)
    {
        await Task.Delay(LookInterval, time, ct);
        var jobs = await _tables.JobsAsync(ct);
        display.Show(jobs);
        return jobs;
    }
}
