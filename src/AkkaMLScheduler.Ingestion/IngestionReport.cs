using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion;

/// <summary>What one run did. Totals over all runs are in the catalog's summary of the dataset.</summary>
/// <param name="Dataset">Name of the raw dataset.</param>
/// <param name="Version">Its latest version at the end, or null when there is none.</param>
/// <param name="Read">Records read by this run; always <paramref name="Accepted"/> + <paramref name="Rejected"/> + <paramref name="Filtered"/>.</param>
/// <param name="Accepted">Rows committed.</param>
/// <param name="Rejected">Rows committed to the rejects dataset.</param>
/// <param name="Filtered">Blank records.</param>
/// <param name="Skipped">File records that earlier runs had committed.</param>
/// <param name="Files">Parquet files committed.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Commits">Transactions.</param>
/// <param name="Elapsed">Wall clock.</param>
public sealed record IngestionReport(
    string Dataset,
    DatasetVersion? Version,
    long Read,
    long Accepted,
    long Rejected,
    long Filtered,
    long Skipped,
    int Files,
    long Bytes,
    int Commits,
    TimeSpan Elapsed)
{
    internal static IngestionReport Start(string dataset, long skipped) => new(dataset, null, 0, 0, 0, 0, skipped, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The sums of this run and of those before it.</summary>
    internal IngestionReport After(IngestionReport before) => this with
    {
        Version = Version ?? before.Version,
        Read = before.Read + Read,
        Accepted = before.Accepted + Accepted,
        Rejected = before.Rejected + Rejected,
        Filtered = before.Filtered + Filtered,
        Files = before.Files + Files,
        Bytes = before.Bytes + Bytes,
        Commits = before.Commits + Commits,
        Elapsed = before.Elapsed + Elapsed,
    };
}
