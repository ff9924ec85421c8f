using System.Net;
using System.Net.Http.Json;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>What users and operators can do to jobs and nodes while they wait and run.</summary>
public sealed class HoldAndDrainTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(_folder.Path);

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_job_submitted_on_hold_starts_once_it_is_resumed()
    {
        await _cluster.SubmitAsync("held", TestCluster.Sleep(2) + "\nhold: true");
        Assert.Equal(JobStatus.Held, (await _cluster.JobAsync("held")).Job.Status);
        await _cluster.SubmitAsync("behind", TestCluster.Sleep(2));
        await _cluster.UntilEndedAsync("behind");
        Assert.Equal("held", (await ExplainAsync("held")).Reason);
        Assert.Equal(0, (await _cluster.JobAsync("held")).Job.Attempts);

        Assert.Equal(HttpStatusCode.OK, await PostAsync("jobs/held/resume"));

        Assert.Equal(JobStatus.Succeeded, (await _cluster.UntilEndedAsync("held")).Job.Status);
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync("jobs/held/hold"));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("jobs/nobody/hold"));
    }

    [Fact]
    public async Task A_job_starts_after_those_it_depends_on()
    {
        await _cluster.SubmitAsync("first", TestCluster.Sleep(20));
        await _cluster.SubmitAsync("second", TestCluster.Sleep(2) + "\nafter: [first]");
        Assert.Equal("dependency", (await ExplainAsync("second")).Reason);

        var second = await _cluster.UntilEndedAsync("second");

        Assert.True(second.Job.StartedAt >= (await _cluster.JobAsync("first")).Job.EndedAt, second.Job.ToString());
        using var unknown = await _cluster.PostAsync(TestCluster.Sleep(2) + "\nafter: [nobody]", "third");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task A_job_whose_dependency_failed_says_that_it_never_starts()
    {
        await _cluster.SubmitAsync("bad", TestCluster.Sleep(5, more: ", failAttempts: 9, failAtStep: 1") + "\nretry: { max: 0 }");
        Assert.Equal(JobStatus.Failed, (await _cluster.UntilEndedAsync("bad")).Job.Status);

        await _cluster.SubmitAsync("never", TestCluster.Sleep(2) + "\nafter: [bad]");
        await _cluster.SubmitAsync("anyway", TestCluster.Sleep(2) + "\nafter: [\"any:bad\"]");

        Assert.Equal(JobStatus.Succeeded, (await _cluster.UntilEndedAsync("anyway")).Job.Status);
        Assert.Equal("dependencyNeverSatisfied", (await ExplainAsync("never")).Reason);
    }

    [Fact]
    public async Task A_queue_never_uses_more_than_its_quota_and_the_job_that_waits_for_it_says_so()
    {
        using var folder = new TemporaryFolder();
        var settings = TestCluster.Settings(folder.Path);
        settings = settings with { Scheduler = settings.Scheduler with { Queues = [new QueueSpec("small", 1) { Quota = new Resources(4000, 1L << 30, 1000) }] } };
        await using var cluster = await TestCluster.StartAsync(settings, workers: 1);
        await cluster.SubmitAsync("first", TestCluster.Sleep(100_000, gpu: 1) + "\nqueue: small");
        await cluster.UntilAsync("first", job => job.Status == JobStatus.Running);
        await cluster.SubmitAsync("second", TestCluster.Sleep(2, gpu: 1) + "\nqueue: small");
        await cluster.SubmitAsync("elsewhere", TestCluster.Sleep(2, gpu: 1) + "\nqueue: large");

        Assert.Equal(JobStatus.Succeeded, (await cluster.UntilEndedAsync("elsewhere")).Job.Status);
        var why = await ExplainAsync(cluster, "second");
        Assert.Equal(("queueQuota", "small"), (why.Reason, Assert.Single(why.BlockedBy!.Queues)));
    }

    [Fact]
    public async Task An_elastic_gang_starts_with_as_many_tasks_as_there_is_room_for()
    {
        await _cluster.SubmitAsync("first", TestCluster.Sleep(100_000, gpu: 2));
        await _cluster.UntilAsync("first", job => job.Status == JobStatus.Running);

        await _cluster.SubmitAsync("elastic", TestCluster.Sleep(6, gpu: 1).Replace("tasks: 1", "tasks: 1..4", StringComparison.Ordinal));
        var ended = await _cluster.UntilEndedAsync("elastic");

        Assert.Equal((JobStatus.Succeeded, 4), (ended.Job.Status, ended.Job.Tasks));
        Assert.Equal([0, 1], Assert.Single(ended.Attempts).Placements.Select(place => place.Rank));
        Assert.Equal([(0, 6L), (1, 6L)], ended.Checkpoints.Where(saved => saved.Step == 6).Select(saved => (saved.Rank, saved.Step)).Order());
    }

    [Fact]
    public async Task A_job_over_its_time_limit_is_stopped_and_has_failed()
    {
        await _cluster.SubmitAsync("long", TestCluster.Sleep(100_000) + "\ntimeLimit: 2s");

        var ended = await _cluster.UntilEndedAsync("long");

        Assert.Equal((JobStatus.Failed, 1), (ended.Job.Status, ended.Job.Attempts));
        Assert.Equal(AttemptEnd.TimedOut, ended.Attempts[0].End);
    }

    [Fact]
    public async Task A_drained_node_hands_its_jobs_back_and_gets_them_again_when_it_is_opened()
    {
        Assert.Equal(HttpStatusCode.OK, await PostAsync("nodes/worker-2/cordon"));
        await _cluster.SubmitAsync("moves", TestCluster.Sleep(100_000));
        await _cluster.UntilAsync("moves", job => job.Checkpoints > 0);
        Assert.Equal("worker-1", (await _cluster.JobAsync("moves")).Attempts[0].Placements[0].Node);

        Assert.Equal(HttpStatusCode.OK, await PostAsync("nodes/worker-1/drain"));
        var drained = await _cluster.UntilAsync("moves", job => job.Status == JobStatus.Pending);
        Assert.Equal(AttemptEnd.Drained, drained.Attempts[0].End);
        Assert.Equal("nodesCordoned", (await ExplainAsync("moves")).Reason);
        Assert.Single((await ExplainAsync("moves")).BlockedBy!.Nodes);

        await PostAsync("nodes/worker-2/uncordon");
        var resumed = await _cluster.UntilAsync("moves", job => job.Status == JobStatus.Running);
        Assert.Equal("worker-2", resumed.Attempts[1].Placements[0].Node);
        Assert.True(resumed.Job.ResumedFromStep > 0);
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("nodes/nowhere/drain"));
    }

    [Fact]
    public async Task A_worker_that_is_stopped_in_order_hands_its_tasks_back_with_a_checkpoint()
    {
        await _cluster.SubmitAsync("handed", TestCluster.Sleep(100_000));
        var running = await _cluster.UntilAsync("handed", job => job.Checkpoints > 0);
        var node = running.Attempts[0].Placements[0].Node;

        await _cluster.Nodes.Workers.Single(worker => worker.Settings.Name == node).StopAsync();

        var moved = await _cluster.UntilAsync("handed", job => job.Status == JobStatus.Running && job.Attempts == 2);
        Assert.Equal(AttemptEnd.Drained, moved.Attempts[0].End);
        Assert.NotEqual(node, moved.Attempts[1].Placements[0].Node);
        Assert.Equal(moved.Checkpoints.Where(c => c.Attempt == 1).Max(c => c.Step), moved.Attempts[1].ResumeStep);
    }

    [Fact]
    public async Task A_job_that_does_not_fit_says_what_blocks_it_and_what_would_start()
    {
        await _cluster.SubmitAsync("big", TestCluster.Sleep(100_000, gpu: 2));
        await _cluster.UntilAsync("big", job => job.Status == JobStatus.Running);
        await _cluster.SubmitAsync("gang", TestCluster.Sleep(10, tasks: 2, gpu: 2));

        var why = await ExplainAsync("gang");

        Assert.Equal("gangIncomplete", why.Reason);
        Assert.Equal(["big"], why.BlockedBy!.Running);
        Assert.Contains(why.WouldStartWith, one => one.Contains("1 task", StringComparison.Ordinal));
        using var running = await _cluster.Http.GetAsync("api/v1/jobs/big/explain");
        Assert.Equal(HttpStatusCode.Conflict, running.StatusCode);
    }

    /// <summary>Asks until the scheduler has heard that the job waits.</summary>
    private Task<SchedulerReplies.Explained> ExplainAsync(string job) => ExplainAsync(_cluster, job);

    private static async Task<SchedulerReplies.Explained> ExplainAsync(TestCluster cluster, string job)
    {
        for (var tries = 0; ; tries++)
        {
            using var response = await cluster.Http.GetAsync($"api/v1/jobs/{job}/explain");
            if (response.StatusCode != HttpStatusCode.Conflict || tries == 100)
                return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ApiJson.Default.Explained))!;
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    private async Task<HttpStatusCode> PostAsync(string path)
    {
        using var response = await _cluster.Http.PostAsync("api/v1/" + path, content: null);
        return response.StatusCode;
    }
}
