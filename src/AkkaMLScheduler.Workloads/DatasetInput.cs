using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Workloads;

/// <summary>One dataset version a task reads.</summary>
/// <param name="Reference">The exact version, <c>name@3</c>.</param>
/// <param name="Files">Its Parquet files, in the catalog's order.</param>
/// <param name="Schema">Its columns.</param>
public sealed record DatasetInput(string Reference, IReadOnlyList<SnapshotFile> Files, TableSchema Schema);
