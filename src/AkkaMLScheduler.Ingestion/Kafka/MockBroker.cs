namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>
/// An in-process Kafka broker for demonstrations and tests: librdkafka's mock cluster, reachable over loopback by any Kafka client.
/// Everything is in memory and gone with this object. It silently drops the oldest records of a partition beyond about
/// <see cref="RetainedBytesPerPartition"/> bytes, and its transactions and admin calls are not real: never use it as a store.
/// </summary>
public sealed class MockBroker : IDisposable
{
    /// <summary>Payload bytes that a partition was seen to keep with librdkafka 2.16 (about 4.25 MB); there is no setting for it.</summary>
    public const long RetainedBytesPerPartition = 4_250_000;

    private readonly Lock _gate = new();
    private IntPtr _client;
    private IntPtr _cluster;

    private MockBroker(IntPtr client, IntPtr cluster)
    {
        _client = client;
        _cluster = cluster;
        BootstrapServers = NativeLibrdkafka.MockBootstraps(cluster);
    }

    /// <summary>Value for a client's <c>bootstrap.servers</c>: one loopback address with a free port.</summary>
    public string BootstrapServers { get; }

    /// <summary>Starts the broker with the given topics.</summary>
    /// <param name="topics">Topic name and partition count (1 or more) of each.</param>
    /// <exception cref="IngestionException">The native library is missing, or a topic was refused.</exception>
    public static MockBroker Start(params (string Topic, int Partitions)[] topics)
    {
        var client = NativeLibrdkafka.NewClient([new("log_level", "3")]);
        var cluster = NativeLibrdkafka.NewMockCluster(client, brokers: 1);
        if (cluster == IntPtr.Zero)
        {
            NativeLibrdkafka.DestroyClient(client);
            throw new IngestionException("librdkafka could not start its mock cluster (no free loopback port?).");
        }

        // First join of a consumer group: at once rather than after the mock's default of 3 s.
        NativeLibrdkafka.SetMockRebalanceDelay(cluster, TimeSpan.Zero);
        var broker = new MockBroker(client, cluster);
        try
        {
            foreach (var (topic, partitions) in topics)
                broker.CreateTopic(topic, partitions);
            return broker;
        }
        catch
        {
            broker.Dispose();
            throw;
        }
    }

    /// <summary>Creates one more topic.</summary>
    /// <exception cref="IngestionException">The topic exists, or the partition count is not positive.</exception>
    public void CreateTopic(string topic, int partitions)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_cluster == IntPtr.Zero, this);
            var error = NativeLibrdkafka.CreateMockTopic(_cluster, topic, partitions, replicas: 1);
            if (error != 0)
                throw new IngestionException($"The in-process broker refused topic '{topic}' with {partitions} partitions (librdkafka error {error}).");
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_cluster == IntPtr.Zero)
                return;
            NativeLibrdkafka.DestroyMockCluster(_cluster);
            NativeLibrdkafka.DestroyClient(_client);
            _cluster = IntPtr.Zero;
            _client = IntPtr.Zero;
        }
    }
}
