namespace AkkaMLScheduler.Catalog;

/// <summary>Everything needed to read one version, and where it comes from.</summary>
/// <param name="Version">Name and number.</param>
/// <param name="Layer">Layer of the dataset.</param>
/// <param name="Schema">Columns of this version. Files older than a column lack it: <see cref="ParquetFileReader"/> gives nulls.</param>
/// <param name="ColumnIds">Per column, its id in the dataset: it keeps that through another name or a wider type.</param>
/// <param name="Files">The files, in the order in which they were committed.</param>
/// <param name="Rows">Rows in those files.</param>
/// <param name="Bytes">Size of those files.</param>
/// <param name="ContentHash">SHA-256 over the schema and the files' hashes, lower-case hex: equal content, equal hash.</param>
/// <param name="Parents">What this version was made from.</param>
/// <param name="Counts">Fates of the records of the commit that made this version.</param>
/// <param name="TotalCounts">Fates of all records behind this version: summed over appends, started anew by a replace.</param>
/// <param name="Producer">Who made it.</param>
/// <param name="Created">When it was committed.</param>
/// <param name="SnapshotId">The DuckLake snapshot at which it is visible.</param>
public sealed record DatasetSnapshot(
    DatasetVersion Version,
    Layer Layer,
    TableSchema Schema,
    IReadOnlyList<long> ColumnIds,
    IReadOnlyList<SnapshotFile> Files,
    long Rows,
    long Bytes,
    string ContentHash,
    IReadOnlyList<DatasetVersion> Parents,
    RecordCounts Counts,
    RecordCounts TotalCounts,
    string Producer,
    DateTimeOffset Created,
    long SnapshotId);
