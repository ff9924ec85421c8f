namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>What a <see cref="KafkaSource"/> emits.</summary>
/// <param name="Assignment">Under which it was read.</param>
/// <param name="Records">In log order within each partition.</param>
/// <param name="IsLast">The partitions are being taken away: their owner waits until all of this assignment is committed.</param>
public sealed record KafkaBatch(KafkaAssignment Assignment, IReadOnlyList<KafkaRecord> Records, bool IsLast);
