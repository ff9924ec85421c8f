using System.Collections.Concurrent;
using System.Text;
using Akka.Streams.Dsl;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Files;
using AkkaMLScheduler.Ingestion.Generation;
using AkkaMLScheduler.Ingestion.Kafka;
using AkkaMLScheduler.Ingestion.Pipeline;
using AkkaMLScheduler.Testing;
using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

[Collection(IngestionFixture.Name)]
public sealed class ExactlyOnceTests(PostgresServer server)
{
    private const int Partitions = 4;
    private static readonly IReadOnlyDictionary<int, long> NothingCommitted = new Dictionary<int, long>();
    private static readonly IngestionSettings Settings = new("raw")
    {
        Schema = RecordSchemas.Text,
        Rotation = new Rotation(500, long.MaxValue, TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(200)),
    };

    [SkippableTheory]
    [InlineData(CatalogProvider.Sqlite)]
    [InlineData(CatalogProvider.PostgreSql)]
    public async Task Generated_records_land_once_however_often_the_run_is_cut(CatalogProvider provider)
    {
        await using var bench = await OpenAsync(provider);
        var records = RecordGenerator.Generate(new GeneratorSettings(5) { Records = 6_000 });
        var files = await records.WriteFilesAsync(bench.Folder("in"));
        for (var commits = 1; commits <= 4; commits++)
        {
            await CutAfterAsync(commits, Settings, (settings, ct) => IngestionPipeline.FromFilesAsync(bench.Catalog, settings, files, bench.Streams, ct));
            await KafkaRunAsync(bench, records, input => CutAfterAsync(
                commits,
                Settings,
                (settings, ct) => IngestionPipeline.FromKafkaAsync(bench.Catalog, settings, input, bench.Streams, ct)));
        }

        await bench.IngestAsync(Settings, [.. files]);
        await KafkaRunAsync(bench, records, input => IngestionPipeline.FromKafkaAsync(bench.Catalog, Settings, input, bench.Streams));

        var expected = records.Expected;
        var counts = (await bench.Catalog.DatasetsAsync()).Single(dataset => dataset.Name == "raw").Counts;
        Assert.Equal(new RecordCounts(expected.Read, expected.Accepted, expected.Malformed, 0, 0), counts);
        Assert.Equal(expected.Accepted, await bench.CountAsync("raw"));
        Assert.Equal(expected.Accepted, await bench.CountAsync("raw", "count(distinct (_source, _offset))"));
        Assert.Equal(expected.Distinct, await bench.CountAsync("raw", "count(distinct text)"));
        Assert.Equal(expected.Malformed, await bench.CountAsync("raw__rejected", "count(distinct (source, \"offset\"))"));
    }

    [Fact]
    public async Task A_crash_between_the_finished_file_and_the_commit_leaves_no_trace_in_the_data()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var path = bench.File("a.jsonl", string.Concat(Enumerable.Range(0, 2_000).Select(i => $"{{\"id\":\"{i}\",\"text\":\"number {i}\"}}\n")));
        var file = await InputFile.ProbeAsync(path, null, CancellationToken.None);
        var origin = new SourceOrigin(file.Uri, "raw", new JsonDecoder(RecordSchemas.Text), SourceClaim.Unclaimed(new Dictionary<string, long>()), ("sha256", await file.HashAsync(CancellationToken.None), file.Length));
        await using (var writer = new LakeWriter(bench.CatalogSettings, Settings, RecordSchemas.Text))
        {
            var prepared = await Source.From(() => FileRecords.ReadAsync(file, false, Settings, 0))
                .Select(records => new SourceChunk(origin, records))
                .Via(IngestionFlows.Decode())
                .Via(IngestionFlows.Cut(Settings.Rotation))
                .Via(IngestionFlows.Parquet(writer))
                .RunAggregate(new List<PreparedCommit>(), (all, next) => [.. all, next], bench.Streams);
            Assert.Equal(2_000, prepared.Sum(commit => commit.Counts.Accepted));
            Assert.All(prepared.SelectMany(commit => commit.Request!.Changes).SelectMany(change => change.Files), written => Assert.True(File.Exists(bench.CatalogSettings.Absolute(written.Path))));
        }

        Assert.Null(await bench.Catalog.FindAsync("raw"));
        var report = await bench.IngestAsync(Settings, path);
        Assert.Equal((2_000, 0), (report.Accepted, report.Skipped));
        Assert.Equal(2_000, await bench.CountAsync("raw", "count(distinct id)"));
    }

    [SkippableTheory]
    [InlineData(CatalogProvider.Sqlite)]
    [InlineData(CatalogProvider.PostgreSql)]
    public async Task Of_two_writers_on_one_partition_one_is_refused(CatalogProvider provider)
    {
        await using var bench = await OpenAsync(provider);
        using var broker = MockBroker.Start(("topic", 1));
        var client = new ClientConfig { BootstrapServers = broker.BootstrapServers };
        var input = new KafkaInput(new KafkaSourceSettings(client, "topic")) { ClusterName = "test" };
        var first = await IngestionPipeline.StartKafkaAsync(bench.Catalog, Settings, input, bench.Streams);
        var second = await IngestionPipeline.StartKafkaAsync(bench.Catalog, Settings, input, bench.Streams);
        var values = Enumerable.Range(0, 3_000).Select(i => Encoding.UTF8.GetBytes($"{{\"id\":\"{i}\",\"text\":\"t\"}}")).ToList();
        await BoundedProducer.Start(new BoundedProducerSettings(client, "topic", 1), values, _ => Task.FromResult(NothingCommitted)).Completion;

        var loser = await Task.WhenAny(first.Completion, second.Completion).WaitAsync(TimeSpan.FromSeconds(60));
        var conflict = await Assert.ThrowsAsync<WriterFencedException>(() => loser);
        Assert.Equal("0", conflict.Partition);
        var winner = loser == first.Completion ? second : first;
        await Eventually.HoldsAsync(
            async () => (await IngestionPipeline.KafkaOffsetsAsync(bench.Catalog, "raw", "test", "topic")).GetValueOrDefault(0) == 3_000,
            TimeSpan.FromSeconds(60),
            () => "the winner has not committed all");
        winner.Drain();
        await winner.Completion;
        Assert.Equal(3_000, await bench.CountAsync("raw"));
        Assert.Equal(3_000, await bench.CountAsync("raw", "count(distinct id)"));
    }

    [Fact]
    public async Task Another_cluster_under_the_same_name_is_refused_when_its_id_is_pinned()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        using var first = await StartAsync();
        await IngestionPipeline.FromKafkaAsync(bench.Catalog, Settings, Input(first, pin: true), bench.Streams);
        using var second = await StartAsync();
        var refused = await Assert.ThrowsAsync<IngestionException>(() => IngestionPipeline.FromKafkaAsync(bench.Catalog, Settings, Input(second, pin: true), bench.Streams));
        Assert.Contains("is not what dataset 'raw' was fed from: its cluster is", refused.Message, StringComparison.Ordinal);
        var unpinned = await IngestionPipeline.FromKafkaAsync(bench.Catalog, Settings, Input(second, pin: false), bench.Streams);
        Assert.Equal(0, unpinned.Read);
        Assert.Equal(1, await bench.CountAsync("raw"));

        static async Task<MockBroker> StartAsync()
        {
            var broker = MockBroker.Start(("topic", 1));
            var settings = new BoundedProducerSettings(new ClientConfig { BootstrapServers = broker.BootstrapServers }, "topic", 1);
            await BoundedProducer.Start(settings, ["{\"text\":\"one\"}"u8.ToArray()], _ => Task.FromResult(NothingCommitted)).Completion;
            return broker;
        }

        static KafkaInput Input(MockBroker broker, bool pin) => new(
            new KafkaSourceSettings(new ClientConfig { BootstrapServers = broker.BootstrapServers }, "topic") { Stop = KafkaStop.AtLogEnd })
        {
            ClusterName = "test",
            PinClusterId = pin,
        };
    }

    private async Task<IngestionBench> OpenAsync(CatalogProvider provider)
        => provider == CatalogProvider.Sqlite ? await IngestionBench.EmbeddedAsync() : await IngestionBench.OnPostgresAsync(server);

    /// <summary>As after a killed process: a new, empty broker, filled again with the same records.</summary>
    private static async Task KafkaRunAsync(IngestionBench bench, GeneratedRecords records, Func<KafkaInput, Task> run)
    {
        using var broker = MockBroker.Start(("records", Partitions));
        var client = new ClientConfig { BootstrapServers = broker.BootstrapServers };
        using var stop = new CancellationTokenSource();
        var producer = BoundedProducer.Start(
            new BoundedProducerSettings(client, "records", Partitions),
            records.Kafka,
            ct => IngestionPipeline.KafkaOffsetsAsync(bench.Catalog, "raw", "demo", "records", ct),
            stop.Token);
        await producer.Replayed;
        var source = new KafkaSourceSettings(client, "records") { Stop = KafkaStop.Before(BoundedProducer.Ends(records.Kafka.Count, Partitions)), BatchRecords = 100 };
        await run(new KafkaInput(source) { ClusterName = "demo", PinClusterId = false });
        await producer.Completion;
    }

    /// <summary>Cancels a run at its n-th commit, wherever its other stages are just then; a run that ends before is as good.</summary>
    private static async Task CutAfterAsync(int commits, IngestionSettings settings, Func<IngestionSettings, CancellationToken, Task> run)
    {
        using var cut = new CancellationTokenSource();
        var seen = new ConcurrentQueue<IngestionReport>();
        var cutting = new CutAt(commits, seen, cut);
        try
        {
            await run(settings with { Progress = cutting }, cut.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.True(seen.Count >= commits);
        }
    }

    private sealed class CutAt(int commits, ConcurrentQueue<IngestionReport> seen, CancellationTokenSource cut) : IProgress<IngestionReport>
    {
        public void Report(IngestionReport value)
        {
            seen.Enqueue(value);
            if (seen.Count >= commits)
                cut.Cancel();
        }
    }
}
