using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

public sealed class LocalClusterTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_runs_to_its_end_and_its_checkpoints_are_listed(bool onPostgres)
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await TestCluster.StartAsync(folder.Path, postgres: await DatabaseAsync(onPostgres));
        await cluster.SubmitAsync("one", TestCluster.Sleep(6));

        var ended = await cluster.UntilEndedAsync("one");

        Assert.Equal(JobStatus.Succeeded, ended.Job.Status);
        Assert.Equal([2L, 4L, 6L], ended.Checkpoints.Select(c => c.Step));
        Assert.All(ended.Checkpoints, c => Assert.True(File.Exists(c.Uri) || c.Step == 2, c.Uri));
        Assert.Equal(AttemptEnd.Succeeded, Assert.Single(ended.Attempts).End);
    }

    [Fact]
    public async Task A_job_that_fails_is_tried_again_from_its_checkpoint()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await TestCluster.StartAsync(folder.Path);
        await cluster.SubmitAsync("flaky", TestCluster.Sleep(8, more: ", failAttempts: 1, failAtStep: 5"));

        var ended = await cluster.UntilEndedAsync("flaky");

        Assert.Equal((JobStatus.Succeeded, 2, 1, 4L), (ended.Job.Status, ended.Job.Attempts, ended.Job.Failures, ended.Job.ResumedFromStep));
    }

    [Fact]
    public async Task A_gang_takes_the_place_of_a_lower_priority_job_which_resumes_after_it()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await TestCluster.StartAsync(folder.Path);
        await cluster.SubmitAsync("low", TestCluster.Sleep(60, gpu: 1, priority: -5));
        await cluster.UntilAsync("low", job => job.Checkpoints > 0);
        await cluster.SubmitAsync("gang", TestCluster.Sleep(10, tasks: 2, gpu: 2, priority: 5));

        var gang = await cluster.UntilEndedAsync("gang");
        var low = await cluster.UntilEndedAsync("low");

        Assert.Equal((JobStatus.Succeeded, 1), (gang.Job.Status, gang.Job.Attempts));
        Assert.Equal(["worker-1", "worker-2"], gang.Attempts[0].Placements.Select(p => p.Node).Order());
        Assert.All(gang.Attempts[0].Placements, p => Assert.Equal([0, 1], p.Gpus));
        Assert.Equal(JobStatus.Succeeded, low.Job.Status);
        Assert.True(low.Job.Preemptions >= 1 && low.Job.ResumedFromStep > 0, low.Job.ToString());
        Assert.True(low.Attempts[^1].StartedAt >= gang.Job.EndedAt, "the low priority job came back before the gang had ended");
    }

    [Fact]
    public async Task A_gang_survives_the_death_of_a_worker()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await TestCluster.StartAsync(folder.Path);
        await cluster.SubmitAsync("gang", TestCluster.Sleep(40, tasks: 2, gpu: 2));
        await cluster.UntilAsync("gang", job => job.Checkpoints >= 4);
        var port = cluster.Nodes.Workers[1].ClusterPort;

        await cluster.Nodes.KillWorkerAsync(1);
        await cluster.Nodes.RestartWorkerAsync(1, port);

        var ended = await cluster.UntilEndedAsync("gang");
        Assert.Equal(JobStatus.Succeeded, ended.Job.Status);
        Assert.True(ended.Job.Interruptions >= 1 && ended.Job.ResumedFromStep > 0, ended.Job.ToString());
        Assert.NotEqual(
            ended.Attempts[0].Placements.Single(p => p.Node == "worker-2").Incarnation,
            ended.Attempts[^1].Placements.Single(p => p.Node == "worker-2").Incarnation);
    }

    [Fact]
    public async Task A_job_moves_to_another_node_when_its_own_does_not_come_back()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await TestCluster.StartAsync(folder.Path);
        await cluster.SubmitAsync("mover", TestCluster.Sleep(60, gpu: 2));
        var first = (await cluster.UntilAsync("mover", job => job.Checkpoints > 0)).Attempts[0].Placements[0].Node;

        await cluster.Nodes.KillWorkerAsync(first == "worker-1" ? 0 : 1);

        var ended = await cluster.UntilEndedAsync("mover");
        Assert.Equal(JobStatus.Succeeded, ended.Job.Status);
        Assert.NotEqual(first, ended.Attempts[^1].Placements[0].Node);
        Assert.True(ended.Job.ResumedFromStep > 0, ended.Job.ToString());
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Jobs_go_on_when_the_whole_cluster_died_and_starts_again(bool onPostgres)
    {
        using var folder = new TemporaryFolder();
        var database = await DatabaseAsync(onPostgres);
        await using (var before = await TestCluster.StartAsync(folder.Path, postgres: database))
        {
            await before.SubmitAsync("running", TestCluster.Sleep(40, tasks: 2, gpu: 2));
            await before.SubmitAsync("waiting", TestCluster.Sleep(2, tasks: 2, gpu: 2));
            await before.UntilAsync("running", job => job.Checkpoints >= 4);
            await before.Nodes.KillWorkerAsync(0);
            await before.Nodes.KillWorkerAsync(1);
            await before.Nodes.Scheduler.KillAsync();
        }

        await using var after = await TestCluster.StartAsync(folder.Path, postgres: database);

        var running = await after.UntilEndedAsync("running");
        var waiting = await after.UntilEndedAsync("waiting");
        Assert.Equal((JobStatus.Succeeded, JobStatus.Succeeded), (running.Job.Status, waiting.Job.Status));
        Assert.True(running.Job.ResumedFromStep > 0, running.Job.ToString());
        Assert.Equal(1, waiting.Job.Attempts);
    }

    [Fact]
    public async Task A_running_job_is_cancelled_and_its_place_is_free_again()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await TestCluster.StartAsync(folder.Path, workers: 1);
        await cluster.SubmitAsync("long", TestCluster.Sleep(10_000, gpu: 2));
        await cluster.SubmitAsync("next", TestCluster.Sleep(2, gpu: 2));
        await cluster.UntilAsync("long", job => job.Status == JobStatus.Running);

        using var answer = await cluster.Http.PostAsync("api/v1/jobs/long/cancel", null);

        answer.EnsureSuccessStatusCode();
        Assert.Equal(JobStatus.Cancelled, (await cluster.UntilEndedAsync("long")).Job.Status);
        Assert.Equal(JobStatus.Succeeded, (await cluster.UntilEndedAsync("next")).Job.Status);
    }

    private async Task<string?> DatabaseAsync(bool onPostgres)
    {
        if (!onPostgres) return null;
        PostgresServer.Require();
        return await postgres.CreateDatabaseAsync();
    }
}
