using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>Where a <see cref="BoundedProducer"/> writes and how far it may run ahead.</summary>
/// <param name="Client">Bootstrap servers, TLS, SASL.</param>
/// <param name="Topic">An existing topic that nobody else writes to.</param>
/// <param name="Partitions">Its partitions.</param>
public sealed record BoundedProducerSettings(ClientConfig Client, string Topic, int Partitions)
{
    /// <summary>Bytes of a partition that may be unread; half of what <see cref="MockBroker"/> keeps.</summary>
    public long BytesAheadPerPartition { get; init; } = 2 * 1024 * 1024;

    /// <summary>How often the committed offsets are looked up while waiting for them.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long one record may take to be acknowledged.</summary>
    public TimeSpan Delivery { get; init; } = TimeSpan.FromSeconds(30);
}
