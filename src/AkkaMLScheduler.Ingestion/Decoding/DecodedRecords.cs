using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>What became of some records: a row, a reject, or neither where a stated rule leaves one out (a blank line).</summary>
/// <param name="Records">All of them, in order.</param>
/// <param name="Rows">The accepted ones in order, under the columns of the schema.</param>
/// <param name="Accepted">Per row, the place of its record.</param>
/// <param name="Rejects">The faulty ones, in order.</param>
public sealed record DecodedRecords(
    SourceRecord[] Records, ColumnBatch Rows, IReadOnlyList<int> Accepted, IReadOnlyList<Reject> Rejects)
{
    public int Filtered => Records.Length - Accepted.Count - Rejects.Count;
}
