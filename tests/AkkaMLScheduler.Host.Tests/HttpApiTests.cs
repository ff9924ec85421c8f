using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

public sealed class HttpApiTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(_folder.Path, workers: 1, gpus: 1);

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("name: x\nrun: { type: slep }", "did you mean 'sleep'?")]
    [InlineData("name: x\nrun: { type: sleep, stepps: 3 }", "did you mean 'steps'?")]
    [InlineData("name: x\nrunn: { type: sleep }", "did you mean 'run'?")]
    [InlineData("name: x\ninputs: [nowhere]\nrun: { type: tokenize }", "there is no dataset 'nowhere'")]
    [InlineData("", "found 0 documents")]
    public async Task A_spec_that_cannot_be_taken_is_a_400_that_says_why(string spec, string expected)
    {
        using var response = await _cluster.PostAsync(spec);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!.Detail);
    }

    [Theory]
    [InlineData("..%2Fetc")]
    [InlineData("abc%0A")]
    public async Task An_id_that_needs_escaping_is_refused(string id)
    {
        using var response = await _cluster.PostAsync(TestCluster.Sleep(1), id);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task The_same_submission_twice_makes_one_job_and_another_under_its_id_is_a_conflict()
    {
        using var first = await _cluster.PostAsync(TestCluster.Sleep(1), "twice");
        using var again = await _cluster.PostAsync(TestCluster.Sleep(1), "twice");
        using var other = await _cluster.PostAsync(TestCluster.Sleep(2), "twice");

        Assert.Equal(
            (HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict), (first.StatusCode, again.StatusCode, other.StatusCode));
        Assert.Single((await _cluster.Http.GetFromJsonAsync("api/v1/jobs", ApiJson.Default.IReadOnlyListJobView))!);
    }

    [Theory]
    [InlineData("GET", "api/v1/jobs/nobody")]
    [InlineData("GET", "api/v1/jobs/nobody/logs")]
    [InlineData("POST", "api/v1/jobs/nobody/cancel")]
    [InlineData("GET", "api/v1/jobs/NOT%20AN%20ID")]
    public async Task An_unknown_job_is_a_404_that_says_so(string method, string path)
    {
        using var response = await _cluster.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("there is no job", (await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!.Detail);
    }

    [Fact]
    public async Task A_page_of_another_site_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/jobs") { Content = new StringContent(TestCluster.Sleep(1)) };
        request.Headers.Add("Origin", "http://elsewhere.example");

        using var response = await _cluster.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_request_for_another_host_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/jobs");
        request.Headers.Host = "elsewhere.example";

        using var response = await _cluster.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Health_metrics_and_the_api_document_answer()
    {
        Assert.Equal("Healthy", await _cluster.Http.GetStringAsync("healthz/live"));
        Assert.Equal("Healthy", await _cluster.Http.GetStringAsync("healthz/ready"));
        await _cluster.SubmitAsync("counted", TestCluster.Sleep(1));
        await _cluster.UntilEndedAsync("counted");
        Assert.Contains("amls_scheduler_starts_total{otel_scope_name=\"AkkaMLScheduler.Scheduler\"} ", await _cluster.Http.GetStringAsync("metrics"));
        var document = JsonDocument.Parse(await _cluster.Http.GetStringAsync("openapi/v1.json"));
        Assert.True(document.RootElement.GetProperty("paths").TryGetProperty("/api/v1/jobs/{id}/logs", out _));
    }

    [Fact]
    public async Task Logs_are_followed_until_the_job_has_ended()
    {
        await _cluster.SubmitAsync("talker", TestCluster.Sleep(5));

        var text = await _cluster.Http.GetStringAsync("api/v1/jobs/talker/logs?follow=true&rank=0&attempt=1");

        Assert.Contains("step 5/5", text);
        Assert.Equal(JobStatus.Succeeded, (await _cluster.UntilEndedAsync("talker")).Job.Status);
    }

    [Fact]
    public async Task A_node_shows_what_its_tasks_hold()
    {
        await _cluster.SubmitAsync("holder", TestCluster.Sleep(10_000, gpu: 1));
        await _cluster.UntilAsync("holder", job => job.Status == JobStatus.Running);

        var node = Assert.Single((await _cluster.Http.GetFromJsonAsync("api/v1/nodes", ApiJson.Default.IReadOnlyListNodeView))!);

        Assert.Equal(("worker-1", "up", new ResourceSpec(100, 1 << 20, 1)), (node.Name, node.Status, node.Used));
    }

    [Fact]
    public async Task A_job_that_can_never_run_does_not_hold_up_those_behind_it()
    {
        await _cluster.SubmitAsync("giant", TestCluster.Sleep(1, gpu: 64, priority: 9));
        await _cluster.SubmitAsync("small", TestCluster.Sleep(1));

        Assert.Equal(JobStatus.Succeeded, (await _cluster.UntilEndedAsync("small")).Job.Status);
        Assert.Equal(JobStatus.Pending, (await _cluster.JobAsync("giant")).Job.Status);
    }
}
