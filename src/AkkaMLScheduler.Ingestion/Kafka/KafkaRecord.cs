namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>One Kafka record as it was stored; <paramref name="Value"/> is null for a tombstone.</summary>
public readonly record struct KafkaRecord(int Partition, long Offset, ReadOnlyMemory<byte>? Value);
