using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>What a <see cref="KafkaSource"/> reads and how much of it it may hold.</summary>
/// <param name="Client">Bootstrap servers, TLS, SASL. Consumer settings of the source win over entries of the same name.</param>
/// <param name="Topic">Topic to read.</param>
public sealed record KafkaSourceSettings(ClientConfig Client, string Topic)
{
    /// <summary>Name under which brokers see this consumer. Its group offsets are never read: the catalog's are the truth.</summary>
    public string GroupId { get; init; } = "amls-ingest";

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
