using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Kafka;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>Finished files and everything that makes them count, not yet committed.</summary>
/// <param name="Request">Rows, rejects and offsets in one transaction; null when there is nothing to commit, but an assignment to settle.</param>
/// <param name="Identities">Those of its offsets that note what a source is, in its first commit.</param>
/// <param name="Counts">Fates of its records.</param>
/// <param name="Assignments">Those under which its records were read.</param>
/// <param name="Last">The assignment of which nothing follows; null while all go on.</param>
public sealed record PreparedCommit(
    CommitRequest? Request,
    IReadOnlyList<OffsetAdvance> Identities,
    RecordCounts Counts,
    IReadOnlyList<KafkaAssignment> Assignments,
    KafkaAssignment? Last);
