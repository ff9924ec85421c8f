using System.Text;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Kafka;
using AkkaMLScheduler.Ingestion.Pipeline;
using AkkaMLScheduler.Testing;
using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

/// <summary>Members of a consumer group that come, go, and are thrown out, on librdkafka's mock cluster; the real broker's turn is in ClusterTests.</summary>
public sealed class ConsumerGroupTests : IAsyncLifetime
{
    private const int Partitions = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly IngestionSettings Settings = new("raw")
    {
        Schema = RecordSchemas.Text,
        Rotation = new Rotation(500, long.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100)),
    };

    private readonly MockBroker _broker = MockBroker.Start(("topic", Partitions));
    private IngestionBench _bench = null!;
    private int _produced;

    private ClientConfig Client => new() { BootstrapServers = _broker.BootstrapServers };

    public async Task InitializeAsync() => _bench = await IngestionBench.EmbeddedAsync();

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        _broker.Dispose();
    }

    [Fact]
    public async Task A_member_that_comes_takes_a_share_and_one_that_goes_leaves_its_own()
    {
        var first = await JoinAsync("first");
        await ProduceAsync(2_000);
        await UntilCommittedAsync();
        var second = await JoinAsync("second");
        await UntilAsync(() => first.Lag.Count == 2 && second.Lag.Count == 2, first, second);
        await ProduceAsync(2_000);
        await UntilCommittedAsync();
        first.Drain();
        var gone = await first.Completion.WaitAsync(Patience);
        await UntilAsync(() => second.Lag.Count == Partitions, second);
        await ProduceAsync(2_000);
        await UntilCommittedAsync();
        second.Drain();
        var left = await second.Completion.WaitAsync(Patience);

        Assert.Equal(_produced, gone.Accepted + left.Accepted);
        Assert.InRange(gone.Accepted, 2_001, 3_999);
        await EachOnceAsync();
    }

    [Fact]
    public async Task What_was_read_is_committed_before_its_partitions_go_to_another()
    {
        // Nothing but the rebalance has the first member finish its file.
        var first = await JoinAsync("first", Settings with { Rotation = Rotation.Default });
        await ProduceAsync(400);
        await UntilAsync(() => first.Lag.Values.Sum() == 400, first);
        var second = await JoinAsync("second");
        await UntilCommittedAsync();
        first.Drain();
        second.Drain();
        Assert.Equal(400, (await first.Completion.WaitAsync(Patience)).Accepted + (await second.Completion.WaitAsync(Patience)).Accepted);
        await EachOnceAsync();
    }

    [Fact]
    public async Task Partitions_that_are_claimed_by_a_stranger_to_the_group_are_left_to_it()
    {
        var member = await JoinAsync("member");
        await ProduceAsync(200);
        await UntilCommittedAsync();
        await _bench.Catalog.ClaimAsync(SourceOrigin.OffsetKeyOf(KafkaInput.UriOf("test", "topic"), "raw"), ["0", "1", "2", "3"], "a stranger");
        await ProduceAsync(200);
        var refused = await Assert.ThrowsAsync<WriterFencedException>(() => member.Completion.WaitAsync(Patience));
        Assert.Contains("a stranger", refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, await _bench.CountAsync("raw"));
    }

    [Fact]
    public async Task A_bounded_read_of_a_group_ends()
    {
        await ProduceAsync(1_000);
        var both = new[] { await JoinAsync("first", stop: KafkaStop.AtLogEnd), await JoinAsync("second", stop: KafkaStop.AtLogEnd) };
        var reports = await Task.WhenAll(both.Select(member => member.Completion)).WaitAsync(Patience);
        Assert.Equal(1_000, reports.Sum(report => report.Accepted));
        await EachOnceAsync();
    }

    private Task<RunningIngestion> JoinAsync(string name, IngestionSettings? settings = null, KafkaStop? stop = null)
    {
        // The mock cluster lets a rebalance last as long as a member may stay silent.
        var client = new ConsumerConfig(Client) { SessionTimeoutMs = 6_000, HeartbeatIntervalMs = 500 };
        var source = new KafkaSourceSettings(client, "topic") { Stop = stop ?? KafkaStop.Never };
        return IngestionPipeline.StartKafkaAsync(
            _bench.Catalog, (settings ?? Settings) with { Producer = name }, new KafkaInput(source) { Group = "group", ClusterName = "test" }, _bench.Streams);
    }

    private async Task ProduceAsync(int records)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig(Client) { LingerMs = 5 }).Build();
        for (var end = _produced + records; _produced < end; _produced++)
        {
            var value = Encoding.UTF8.GetBytes($"{{\"id\":\"{_produced}\",\"text\":\"number {_produced}\"}}");
            producer.Produce(new TopicPartition("topic", _produced % Partitions), new Message<Null, byte[]> { Value = value });
        }

        await Task.Run(() => producer.Flush(Patience));
    }

    private async Task UntilCommittedAsync()
    {
        var committed = 0L;
        await Eventually.HoldsAsync(
            async () => (committed = (await IngestionPipeline.KafkaOffsetsAsync(_bench.Catalog, "raw", "test", "topic")).Values.Sum()) == _produced,
            Patience,
            () => $"{committed} of {_produced} records are committed");
    }

    private static Task UntilAsync(Func<bool> done, params RunningIngestion[] members) => Eventually.HoldsAsync(
        async () =>
        {
            foreach (var member in members.Where(member => member.Completion.IsFaulted)) await member.Completion;
            return done();
        },
        Patience,
        () => $"lags are {string.Join("; ", members.Select(member => string.Join(", ", member.Lag)))}");

    private async Task EachOnceAsync()
    {
        Assert.Equal(_produced, await _bench.CountAsync("raw"));
        Assert.Equal(_produced, await _bench.CountAsync("raw", "count(distinct id)"));
    }
}
