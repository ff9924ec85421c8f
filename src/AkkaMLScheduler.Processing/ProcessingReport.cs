using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Processing;

/// <summary>One layer that a run made or found.</summary>
/// <param name="Version">The version.</param>
/// <param name="Counts">Fates of the records that went into it.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Files">Its files.</param>
/// <param name="Bytes">Size of those files.</param>
public sealed record LayerReport(DatasetVersion Version, RecordCounts Counts, long Rows, int Files, long Bytes);

/// <summary>What a run of the pipeline did.</summary>
/// <param name="Raw">The exact version it read.</param>
/// <param name="Processed">The cleaned layer; its counts are those of the raw records.</param>
/// <param name="Curated">The tokenised layer; its counts are those of the processed records.</param>
/// <param name="Rejects">The records that failed, with their reasons; null when there never were any.</param>
/// <param name="Tokens">Tokens in the curated layer.</param>
/// <param name="AlreadyDone">Whether an earlier run had made these versions and this one changed nothing.</param>
public sealed record ProcessingReport(
    DatasetVersion Raw, LayerReport Processed, LayerReport Curated, LayerReport? Rejects, long Tokens, bool AlreadyDone);
