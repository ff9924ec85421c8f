namespace AkkaMLScheduler.Processing;

/// <summary>A record on its way. <paramref name="Original"/> are the raw values in input order, <paramref name="Values"/> those of the current stage.</summary>
internal sealed record Record(string Source, long Offset, object?[] Original, object?[] Values);

/// <summary>A record that failed, with the reason.</summary>
/// <param name="Record">The record.</param>
/// <param name="Code">Stable word for programs: <c>missing_column</c> or <c>unconvertible</c>.</param>
/// <param name="Column">The column that failed.</param>
/// <param name="Message">For people.</param>
internal sealed record Reject(Record Record, string Code, string Column, string Message);

/// <summary>
/// What flows between the stages: some records in order, and what became of those that dropped out. <see cref="Read"/> is always the
/// sum of the parts.
/// </summary>
internal sealed record RecordBatch(IReadOnlyList<Record> Records, IReadOnlyList<Reject> Rejects, long Filtered, long Duplicates)
{
    /// <summary>Records per batch: enough to pay for the hand-over, little enough to hold a few in memory.</summary>
    public const int MaxRecords = 1024;

    public long Read => Records.Count + Rejects.Count + Filtered + Duplicates;
}
