using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>A commit that is stored.</summary>
public sealed record CommittedBatch(PreparedCommit Prepared, CommitResult Result);
