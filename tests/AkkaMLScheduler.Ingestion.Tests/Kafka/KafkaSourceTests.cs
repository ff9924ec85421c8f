using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Kafka;
using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Tests.Kafka;

public sealed class KafkaSourceTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("kafka-source");
    private readonly MockBroker _broker = MockBroker.Start(("topic", 3), ("single", 1));
    private IMaterializer Streams => field ??= _system.Materializer();
    private ClientConfig Client => new() { BootstrapServers = _broker.BootstrapServers };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate();
        _broker.Dispose();
    }

    [Fact]
    public async Task Every_record_arrives_in_order_up_to_the_log_end()
    {
        await ProduceAsync("topic", partitions: 3, records: 9_000, bytes: 50);
        var records = await ReadAsync("topic", KafkaStop.AtLogEnd, (0, null), (1, null), (2, null));
        Assert.Equal(9_000, records.Count);
        foreach (var partition in records.GroupBy(record => record.Partition))
            Assert.Equal(Enumerable.Range(0, 3_000).Select(i => (long)i), partition.Select(record => record.Offset));
    }

    [Fact]
    public async Task Reading_starts_and_ends_at_the_given_offsets()
    {
        await ProduceAsync("topic", partitions: 3, records: 300, bytes: 50);
        var ends = new Dictionary<int, long> { [0] = 40, [1] = 20, [2] = 100 };
        var records = await ReadAsync("topic", KafkaStop.Before(ends), (0, 30), (1, 20), (2, 99));
        Assert.Equal([(0, 30, 39), (2, 99, 99)], records.GroupBy(record => record.Partition).OrderBy(group => group.Key)
            .Select(group => (group.Key, group.Min(record => record.Offset), group.Max(record => record.Offset))));
        Assert.Equal(11, records.Count);
    }

    [Fact]
    public async Task A_slow_stream_pauses_the_broker_and_gets_everything()
    {
        await ProduceAsync("single", partitions: 1, records: 6_000, bytes: 500);
        var settings = Settings("single", KafkaStop.AtLogEnd) with { PauseAtBytes = 50_000, ResumeAtBytes = 10_000, BatchBytes = 10_000, BatchRecords = 20 };
        var offsets = await Read(settings, (0, null))
            .SelectAsync(1, async batch =>
            {
                await Task.Delay(2);
                return batch;
            })
            .RunAggregate(new List<long>(), (seen, batch) => [.. seen, .. batch.Select(record => record.Offset)], Streams);
        Assert.Equal(Enumerable.Range(0, 6_000).Select(i => (long)i), offsets);
    }

    [Fact]
    public async Task Records_lost_to_retention_are_a_gap_and_not_skipped()
    {
        await ProduceAsync("single", partitions: 1, records: 20_000, bytes: 500);
        var refused = await Assert.ThrowsAsync<IngestionException>(() => ReadAsync("single", KafkaStop.AtLogEnd, (0, 0)));
        Assert.Contains("lost records 0 to", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_offset_beyond_the_log_means_a_recreated_topic()
    {
        await ProduceAsync("single", partitions: 1, records: 10, bytes: 50);
        var refused = await Assert.ThrowsAsync<IngestionException>(() => ReadAsync("single", KafkaStop.AtLogEnd, (0, 11)));
        Assert.Contains("ends at offset 10 but 11 is committed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_that_passes_a_waiting_reader_stops_it()
    {
        await ProduceAsync("single", partitions: 1, records: 1_000, bytes: 500);
        var release = new TaskCompletionSource();
        var settings = Settings("single", KafkaStop.Never) with { PauseAtBytes = 20_000, ResumeAtBytes = 10_000, BatchBytes = 10_000, PrefetchKilobytes = 64 };
        var reading = Read(settings, (0, null))
            .SelectAsync(1, async batch =>
            {
                await release.Task;
                return batch;
            })
            .RunWith(Sink.Ignore<IReadOnlyList<KafkaRecord>>(), Streams);
        await ProduceAsync("single", partitions: 1, records: 20_000, bytes: 500);
        release.SetResult();
        var refused = await Assert.ThrowsAsync<IngestionException>(() => reading.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("lost records", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Draining_ends_an_endless_source()
    {
        await ProduceAsync("single", partitions: 1, records: 100, bytes: 50);
        var first = new TaskCompletionSource();
        var (control, done) = Read(Settings("single", KafkaStop.Never), (0, null))
            .Select(batch =>
            {
                first.TrySetResult();
                return batch.Count;
            })
            .ToMaterialized(Sink.Aggregate<int, int>(0, (sum, count) => sum + count), Keep.Both)
            .Run(Streams);
        await first.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await control.DrainAndStop().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(await done.WaitAsync(TimeSpan.FromSeconds(30)), 1, 100);
    }

    [Fact]
    public async Task No_broker_is_one_clear_line()
    {
        var nowhere = Settings("single", KafkaStop.AtLogEnd) with { Client = new ClientConfig { BootstrapServers = "127.0.0.1:1" }, BrokerTimeout = TimeSpan.FromSeconds(1) };
        var refused = await Assert.ThrowsAsync<IngestionException>(
            () => Read(nowhere, (0, null)).RunWith(Sink.Ignore<IReadOnlyList<KafkaRecord>>(), Streams));
        Assert.Contains("127.0.0.1:1", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IngestionException>(() => KafkaTopic.ReadAsync(nowhere.Client, "single", null, TimeSpan.FromSeconds(1)));
        await Assert.ThrowsAsync<IngestionException>(() => KafkaCluster.ReadAsync(nowhere.Client, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_topic_knows_its_partitions_and_a_cluster_its_id()
    {
        var cluster = await KafkaCluster.ReadAsync(Client, TimeSpan.FromSeconds(10));
        Assert.NotEmpty(cluster.Id);
        var topic = await KafkaTopic.ReadAsync(Client, "topic", cluster, TimeSpan.FromSeconds(10));
        Assert.Equal([0, 1, 2], topic.Partitions);
        Assert.Null(topic.Id); // this broker names no controller: nobody is asked, and nothing waited for
        await Assert.ThrowsAsync<IngestionException>(() => KafkaTopic.ReadAsync(Client, "none", cluster, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_bounded_producer_loses_nothing_to_retention()
    {
        // 20 MB through a partition that keeps about 4.25 MB, read slowly.
        var values = Enumerable.Range(0, 20_000).Select(i => Encoding.UTF8.GetBytes($"{i:D8}".PadRight(1_000))).ToList();
        var read = 0L;
        var producer = BoundedProducer.Start(
            new BoundedProducerSettings(Client, "single", 1),
            values,
            _ => Task.FromResult<IReadOnlyDictionary<int, long>>(new Dictionary<int, long> { [0] = Interlocked.Read(ref read) }));
        var settings = Settings("single", KafkaStop.Before(BoundedProducer.Ends(values.Count, 1)));
        var bytes = await Read(settings, (0, 0))
            .SelectAsync(1, async batch =>
            {
                await Task.Delay(5);
                for (var i = 0; i < batch.Count; i++)
                    Assert.Equal(values[(int)batch[i].Offset], batch[i].Value!.Value.ToArray());
                Interlocked.Exchange(ref read, batch[^1].Offset + 1);
                return batch.Sum(record => (long)record.Value!.Value.Length);
            })
            .RunSum((left, right) => left + right, Streams);
        await producer.Completion;
        Assert.Equal(20_000_000, bytes);
    }

    [Fact]
    public async Task Producing_the_same_records_again_gives_the_same_offsets()
    {
        var values = Enumerable.Range(0, 1_000).Select(i => Encoding.UTF8.GetBytes($"{i}")).ToList();
        var committed = new Dictionary<int, long> { [0] = 100, [1] = 90, [2] = 0 };
        var producer = BoundedProducer.Start(new BoundedProducerSettings(Client, "topic", 3), values, _ => Task.FromResult<IReadOnlyDictionary<int, long>>(committed));
        await producer.Replayed.WaitAsync(TimeSpan.FromSeconds(30));
        var records = await ReadAsync("topic", KafkaStop.Before(BoundedProducer.Ends(1_000, 3)), (0, 100), (1, 90), (2, 0));
        await producer.Completion;
        Assert.Equal(1_000 - 190, records.Count);
        Assert.All(records, record => Assert.Equal(values[(int)((record.Offset * 3) + record.Partition)], record.Value!.Value.ToArray()));
    }

    [Fact]
    public async Task A_topic_that_was_not_empty_is_refused()
    {
        await ProduceAsync("single", partitions: 1, records: 1, bytes: 10);
        var producer = BoundedProducer.Start(new BoundedProducerSettings(Client, "single", 1), [[1], [2]], _ => Task.FromResult<IReadOnlyDictionary<int, long>>(new Dictionary<int, long>()));
        var refused = await Assert.ThrowsAsync<IngestionException>(() => producer.Completion);
        Assert.Contains("was not empty", refused.Message, StringComparison.Ordinal);
    }

    private KafkaSourceSettings Settings(string topic, KafkaStop stop) => new(Client, topic) { Stop = stop };

    private static Source<IReadOnlyList<KafkaRecord>, KafkaControl> Read(KafkaSourceSettings settings, params (int Partition, long? Offset)[] starts)
    {
        var offsets = starts.Where(start => start.Offset is not null)
            .ToDictionary(start => start.Partition.ToString(CultureInfo.InvariantCulture), start => start.Offset!.Value);
        return KafkaSource.Create(settings with { Partitions = [.. starts.Select(start => start.Partition)] }, _ => new KafkaAssignment(SourceClaim.Unclaimed(offsets)))
            .Select(batch => batch.Records);
    }

    private async Task<List<KafkaRecord>> ReadAsync(string topic, KafkaStop stop, params (int Partition, long? Offset)[] starts)
        => await Read(Settings(topic, stop), starts)
            .RunAggregate(new List<KafkaRecord>(), (all, batch) => [.. all, .. batch], Streams)
            .WaitAsync(TimeSpan.FromSeconds(60));

    private async Task ProduceAsync(string topic, int partitions, int records, int bytes)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig(Client) { LingerMs = 5 }).Build();
        var value = new byte[bytes];
        for (var i = 0; i < records; i++)
        {
            while (true)
            {
                try
                {
                    producer.Produce(new TopicPartition(topic, i % partitions), new Message<Null, byte[]> { Value = value });
                    break;
                }
                catch (ProduceException<Null, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    await Task.Delay(10);
                }
            }
        }

        producer.Flush(TimeSpan.FromSeconds(30));
    }
}
