using System.Net;
using System.Net.Http.Json;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>The read tables fall behind, as they do while another node takes over: a job is known from its acceptance on all the same.</summary>
public sealed class LateTablesTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(
        TestCluster.Settings(_folder.Path) with { ProjectionDelay = TimeSpan.FromHours(1) }, workers: 1);

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_job_is_shown_from_its_own_journal_until_the_tables_have_it()
    {
        await _cluster.SubmitAsync("early", TestCluster.Sleep(4));

        var ended = await _cluster.UntilEndedAsync("early");

        Assert.Empty((await _cluster.Http.GetFromJsonAsync("api/v1/jobs", ApiJson.Default.IReadOnlyListJobView))!);
        Assert.Equal((JobStatus.Succeeded, 1, 2), (ended.Job.Status, ended.Job.Attempts, ended.Job.Checkpoints));
        Assert.Equal(AttemptEnd.Succeeded, Assert.Single(ended.Attempts).End);
        Assert.Equal([2, 4], ended.Checkpoints.Select(saved => saved.Step));
    }

    [Fact]
    public async Task It_can_be_held_resumed_and_asked_about()
    {
        await _cluster.SubmitAsync("waits", TestCluster.Sleep(1, gpu: 64));

        Assert.Equal(HttpStatusCode.OK, await PostAsync("waits/hold"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync("waits/resume"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("waits/explain"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("waits/logs"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync("nobody"));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("nobody/hold"));
    }

    private async Task<HttpStatusCode> GetAsync(string path)
    {
        using var response = await _cluster.Http.GetAsync("api/v1/jobs/" + path);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> PostAsync(string path)
    {
        using var response = await _cluster.Http.PostAsync("api/v1/jobs/" + path, null);
        return response.StatusCode;
    }
}
