using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>Finished files and everything that makes them count, not yet committed.</summary>
/// <param name="Request">Rows, rejects and offsets in one transaction.</param>
/// <param name="Identities">Those of its offsets that note what a source is, in its first commit.</param>
/// <param name="Counts">Fates of its records.</param>
public sealed record PreparedCommit(CommitRequest Request, IReadOnlyList<OffsetAdvance> Identities, RecordCounts Counts);
