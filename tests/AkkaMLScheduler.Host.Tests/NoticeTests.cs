using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AkkaMLScheduler.Cluster.Notices;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>A service that is told of jobs' ends.</summary>
public sealed class NoticeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpListener _listener = new();
    private readonly string _address = $"http://127.0.0.1:{FreePort.Next()}/";

    public NoticeTests()
    {
        _listener.Prefixes.Add(_address);
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Close();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_end_is_told_until_it_is_taken_and_then_no_more()
    {
        await using var cluster = await StartAsync();
        await cluster.SubmitAsync("told", TestCluster.Sleep(1) + $"\nnotify: [\"{_address}jobs/a\"]");

        Assert.Equal("told", (await AnswerAsync(HttpStatusCode.ServiceUnavailable)).Id);
        var job = await AnswerAsync(HttpStatusCode.NoContent);
        var more = _listener.GetContextAsync();

        Assert.Equal(("told", JobStatus.Succeeded), (job.Id, job.Status));
        Assert.NotSame(more, await Task.WhenAny(more, Task.Delay(TimeSpan.FromSeconds(4))));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/jobs")]
    [InlineData("{0}elsewhere")]
    [InlineData("https://hooks.example/jobs")]
    public async Task Only_who_may_be_told_can_be_named(string form)
    {
        await using var cluster = await StartAsync();

        using var response = await cluster.PostAsync(TestCluster.Sleep(1) + $"\nnotify: [\"{string.Format(System.Globalization.CultureInfo.InvariantCulture, form, _address)}\"]");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("amls.notify.allow", (await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!.Detail);
    }

    private Task<TestCluster> StartAsync() =>
        TestCluster.StartAsync(TestCluster.Settings(_folder.Path) with { Notices = new NoticeSettings([new Uri(_address + "jobs")]) }, workers: 1);

    /// <summary>Waits for what is told next, and answers.</summary>
    private async Task<JobView> AnswerAsync(HttpStatusCode status)
    {
        var told = await _listener.GetContextAsync().WaitAsync(TimeSpan.FromMinutes(1));
        var job = await JsonSerializer.DeserializeAsync(told.Request.InputStream, ApiJson.Default.JobView);
        Assert.Equal((job!.Id, "POST"), (told.Request.Headers["Idempotency-Key"], told.Request.HttpMethod));
        told.Response.StatusCode = (int)status;
        told.Response.Close();
        return job;
    }
}
