using System.Net;
using System.Net.Http.Json;
using System.Text;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Host.Configuration;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>A real cluster in this process, spoken to over HTTP as a user would.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TestCluster(LocalCluster nodes)
    {
        Nodes = nodes;
        Http = new HttpClient { BaseAddress = new Uri(nodes.Scheduler.Url) };
        Http.DefaultRequestHeaders.Authorization = new("Bearer", File.ReadAllText(Path.Combine(nodes.Scheduler.Settings.DataDir, ApiTokenFile.Name)).Trim());
    }

    public LocalCluster Nodes { get; }

    public HttpClient Http { get; }

    public static async Task<TestCluster> StartAsync(string folder, int workers = 2, int gpus = 2, string? postgres = null) =>
        await StartAsync(Settings(folder, gpus, postgres), workers);

    /// <summary>Returns once every worker is known: a job that needs both is not told that one is all there is.</summary>
    public static async Task<TestCluster> StartAsync(NodeSettings settings, int workers)
    {
        var cluster = new TestCluster(await LocalCluster.StartAsync(settings, workers));

        // Those whose tables are late on purpose show no worker for an hour.
        if (settings.ProjectionDelay > Patience) return cluster;
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var known = (await cluster.Http.GetFromJsonAsync("api/v1/nodes", ApiJson.Default.IReadOnlyListNodeView))!.Count;
            if (known == workers) return cluster;
            if (limit.IsCancellationRequested) Assert.Fail($"After {Patience} {known} of {workers} workers are known.");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    public static NodeSettings Settings(string folder, int gpus = 2, string? postgres = null)
    {
        var settings = NodeSettings.Load("amls.scheduler.recovery-grace = 5s") with { DataDir = folder, HttpPort = 0 };
        settings = settings with { Capacity = new ResourceSpec(4000, 4L << 30, gpus), GpuDevices = [] };
        return postgres is null ? settings : settings with { Database = CatalogProvider.PostgreSql, PostgresConnection = postgres };
    }

    public static string Sleep(int steps, int tasks = 1, int gpu = 0, int priority = 0, string more = "") =>
        $$"""
        name: sleeper
        priority: {{priority}}
        tasks: {{tasks}}
        resources: { cpu: 100m, memory: 1MiB, gpu: {{gpu}} }
        run: { type: sleep, steps: {{steps}}{{more}} }
        checkpoint: { every: 2, keep: 100 }
        """;

    public async Task<HttpResponseMessage> PostAsync(string spec, string? id = null) =>
        await Http.PostAsync("api/v1/jobs" + (id is null ? "" : $"?id={id}"), new StringContent(spec, Encoding.UTF8, "application/yaml"));

    public async Task SubmitAsync(string id, string spec)
    {
        using var response = await PostAsync(spec, id);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    public async Task<JobDetail> JobAsync(string id) => (await Http.GetFromJsonAsync($"api/v1/jobs/{id}", ApiJson.Default.JobDetail))!;

    /// <summary>Looks at the job until it is as wanted; fails with what it was last.</summary>
    public async Task<JobDetail> UntilAsync(string id, Func<JobView, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var detail = await JobAsync(id);
            if (wanted(detail.Job)) return detail;
            if (limit.IsCancellationRequested) Assert.Fail($"After {Patience} the job is still {detail.Job}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    public Task<JobDetail> UntilEndedAsync(string id) => UntilAsync(id, job => job.Status.IsTerminal());

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Nodes.DisposeAsync();
    }
}
