using AkkaMLScheduler.Ingestion.Kafka;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>A pipeline that is running.</summary>
/// <param name="Control">Drains it: what was fetched is still written and committed.</param>
/// <param name="Completion">Its report at the end, or why it stopped.</param>
public sealed record RunningIngestion(KafkaControl Control, Task<IngestionReport> Completion);
