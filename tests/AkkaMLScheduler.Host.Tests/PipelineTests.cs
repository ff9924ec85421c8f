using System.Net;
using System.Net.Http.Json;
using System.Text;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Ingestion.Kafka;
using AkkaMLScheduler.Testing;
using Confluent.Kafka;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>Ingestion pipelines as sharded daemons on a cluster in this process, applied over HTTP.</summary>
public sealed class PipelineTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new();
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(
        TestCluster.Settings(_folder.File("data")) with { Pipelines = new(8, TimeSpan.FromMilliseconds(300)) }, workers: 2);

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_pipeline_runs_is_changed_and_is_deleted_without_losing_a_record()
    {
        Assert.True(await ApplyAsync(Made("rate=500")));
        Assert.False(await ApplyAsync(Made("rate=500")));
        var slow = await UntilAsync("made", run => run.State == "running" && run.Read > 500);
        Assert.Equal(slow.Read, slow.Accepted + slow.Rejected + slow.Filtered);

        Assert.True(await ApplyAsync(Made("rate=2000")));
        await UntilAsync("made", run => run.State == "running" && run.Read > 1_000);
        using (var deleted = await _cluster.Http.DeleteAsync("api/v1/pipelines/made")) Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Empty(await PipelinesAsync());

        var counts = await UntilStillAsync("made");
        var committed = await _cluster.Nodes.Scheduler.Catalog.OffsetsAsync("generate://7#made");
        Assert.Equal((counts.Read, counts.Accepted + counts.Rejected), (committed[""], counts.Read));
        using var again = await _cluster.Http.DeleteAsync("api/v1/pipelines/made");
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Instances_share_a_topic_and_what_a_lost_node_had_goes_on_elsewhere()
    {
        using var broker = MockBroker.Start(("events", 4));
        Assert.True(await ApplyAsync($$"""
            name: events
            from: kafka://{{broker.BootstrapServers}}/events
            cluster: test
            kafka: { session.timeout.ms: 6000 }
            instances: 2
            schema: { columns: [ { name: id, type: int64, nullable: false } ] }
            rotate: { size: 1MiB, after: 1s, idle: 200ms }
            """));
        await UntilAsync(pipelines => pipelines is [{ Runs: [{ State: "running", Node: var one }, { State: "running", Node: var other }] }] && one != other);
        var produced = 0;
        await UntilAsync(pipelines =>
        {
            // The second to join the group gets its share a moment later.
            if (pipelines[0].Runs.Sum(run => run.Accepted) == produced) Produce(broker, ref produced, 1_000);
            return pipelines[0].Runs.All(run => run.Accepted > 0);
        });
        await _cluster.Nodes.KillWorkerAsync(0);
        Produce(broker, ref produced, 4_000);
        var left = _cluster.Nodes.Workers[1].Settings.Name;
        await UntilAsync(pipelines => pipelines[0].Runs.All(run => run.Node == left && run.State == "running"));
        await UntilCountAsync("events", produced);
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_told_and_tried_again()
    {
        var incoming = _folder.File("incoming");
        Assert.True(await ApplyAsync($"name: files\nfrom: {incoming}\nevery: 100ms\nrotate: {{ idle: 100ms }}\n"));
        var failed = await UntilAsync("files", run => run.State == "failed" && run.Failures > 0);
        Assert.Contains("cannot be read", failed.Message, StringComparison.Ordinal);

        Directory.CreateDirectory(incoming);
        File.WriteAllText(Path.Combine(incoming, "a.csv"), "id,text\n1,one\n2,two\n");
        Assert.Equal(2, (await UntilAsync("files", run => run.State == "running" && run.Read > 0)).Accepted);
    }

    [Fact]
    public async Task A_pipeline_that_cannot_be_is_refused_with_its_line()
    {
        using var refused = await PostAsync("name: a\nfrom: generate://7\nfrm: b");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("line 3: a pipeline has no key 'frm'", (await refused.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!.Detail, StringComparison.Ordinal);
        Assert.Empty(await PipelinesAsync());
    }

    private static string Made(string rate) => $"name: made\nfrom: generate://7?{rate}\nrotate: {{ after: 300ms, idle: 100ms }}\n";

    private Task<HttpResponseMessage> PostAsync(string text) =>
        _cluster.Http.PostAsync("api/v1/pipelines", new StringContent(text, Encoding.UTF8, "application/yaml"));

    private async Task<bool> ApplyAsync(string text)
    {
        using var response = await PostAsync(text);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(ApiJson.Default.AppliedView))!.Changed;
    }

    private async Task<IReadOnlyList<PipelineView>> PipelinesAsync() =>
        (await _cluster.Http.GetFromJsonAsync("api/v1/pipelines", ApiJson.Default.IReadOnlyListPipelineView))!;

    private async Task<PipelineRunView> UntilAsync(string name, Func<PipelineRunView, bool> wanted)
    {
        var pipelines = await UntilAsync(all => all.Any(pipeline => pipeline.Name == name && pipeline.Runs.Any(wanted)));
        return pipelines.Single(pipeline => pipeline.Name == name).Runs.First(wanted);
    }

    private async Task<IReadOnlyList<PipelineView>> UntilAsync(Func<IReadOnlyList<PipelineView>, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var pipelines = await PipelinesAsync();
            if (wanted(pipelines)) return pipelines;
            if (limit.IsCancellationRequested) Assert.Fail($"After {Patience}: {string.Join("; ", pipelines.SelectMany(pipeline => pipeline.Runs))}");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>The dataset's counts once nothing writes to it any more.</summary>
    private async Task<DatasetView> UntilStillAsync(string dataset)
    {
        while (true)
        {
            var before = await DatasetAsync(dataset);
            await Task.Delay(TimeSpan.FromSeconds(2));
            if (await DatasetAsync(dataset) is { } after && after.Version == before?.Version) return after;
        }
    }

    private async Task UntilCountAsync(string dataset, long rows)
    {
        using var limit = new CancellationTokenSource(Patience);
        while ((await DatasetAsync(dataset))?.Rows != rows)
        {
            if (limit.IsCancellationRequested) Assert.Fail($"After {Patience} there are {(await DatasetAsync(dataset))?.Rows} rows of {rows}.");
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    private async Task<DatasetView?> DatasetAsync(string name) =>
        (await _cluster.Http.GetFromJsonAsync("api/v1/datasets", ApiJson.Default.IReadOnlyListDatasetView))!.FirstOrDefault(dataset => dataset.Name == name);

    private static void Produce(MockBroker broker, ref int produced, int count)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = broker.BootstrapServers, LingerMs = 5 }).Build();
        for (var end = produced + count; produced < end; produced++)
            producer.Produce(new TopicPartition("events", produced % 4), new Message<Null, byte[]> { Value = Encoding.UTF8.GetBytes($"{{\"id\":{produced}}}") });
        producer.Flush(TimeSpan.FromSeconds(30));
    }
}
