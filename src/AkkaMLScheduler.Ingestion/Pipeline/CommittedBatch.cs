using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>A commit that is stored.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Counts">Fates of its records.</param>
/// <param name="Result">What it made.</param>
public sealed record CommittedBatch(CommitRequest Request, RecordCounts Counts, CommitResult Result);
