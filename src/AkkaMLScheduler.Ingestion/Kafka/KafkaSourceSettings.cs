using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>What a <see cref="KafkaSource"/> reads and how much of it it may hold.</summary>
/// <param name="Client">Bootstrap servers, TLS, SASL. Consumer settings of the source win over entries of the same name.</param>
/// <param name="Topic">Topic to read.</param>
public sealed record KafkaSourceSettings(ClientConfig Client, string Topic)
{
    /// <summary>Partitions to read; null = those that the group gives this member, which may change at any time.</summary>
    public IReadOnlyList<int>? Partitions { get; init; }

    /// <summary>
    /// The consumer group, or only a name for brokers where <see cref="Partitions"/> are given. What is committed is told to the group, so
    /// that its lag can be watched with the usual tools, but never read from there: the catalog's offsets are the truth.
    /// </summary>
    public string GroupId { get; init; } = "amls-ingest";

    /// <summary>How long a rebalance waits for what was read to be committed. Less than the client's <c>max.poll.interval.ms</c>, 5 minutes by default.</summary>
    public TimeSpan RevokeTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Where to end.</summary>
    public KafkaStop Stop { get; init; } = KafkaStop.Never;

    /// <summary>Records per emitted batch, at most.</summary>
    public int BatchRecords { get; init; } = 2_000;

    /// <summary>Payload bytes per emitted batch: the batch that reaches this is emitted.</summary>
    public int BatchBytes { get; init; } = 256 * 1024;

    /// <summary>Payload bytes waiting for the stream at which the source stops consuming.</summary>
    public long PauseAtBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Payload bytes waiting at which it goes on.</summary>
    public long ResumeAtBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Kilobytes that librdkafka may prefetch beyond that.</summary>
    public int PrefetchKilobytes { get; init; } = 16 * 1024;

    /// <summary>How long to wait for a broker when the source starts.</summary>
    public TimeSpan BrokerTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
