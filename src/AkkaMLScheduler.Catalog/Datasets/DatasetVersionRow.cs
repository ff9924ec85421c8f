namespace AkkaMLScheduler.Catalog;

/// <summary>A line of a dataset's log.</summary>
/// <param name="Version">Name and number.</param>
/// <param name="Layer">Layer of the dataset.</param>
/// <param name="Mode">What it did to the former version.</param>
/// <param name="Rows">Rows of this version.</param>
/// <param name="Files">Files of this version.</param>
/// <param name="Bytes">Size of those files.</param>
/// <param name="ContentHash">See <see cref="DatasetSnapshot"/>.</param>
/// <param name="Counts">Fates of the records of the commit that made it.</param>
/// <param name="Producer">Who made it.</param>
/// <param name="Created">When it was committed.</param>
/// <param name="SnapshotId">The DuckLake snapshot at which it is visible.</param>
/// <param name="State">Whether its files are there.</param>
/// <param name="Parents">What it was made from.</param>
/// <param name="Tags">Tags that point to it.</param>
public sealed record DatasetVersionRow(
    DatasetVersion Version,
    Layer Layer,
    ChangeMode Mode,
    long Rows,
    int Files,
    long Bytes,
    string ContentHash,
    RecordCounts Counts,
    string Producer,
    DateTimeOffset Created,
    long SnapshotId,
    VersionState State,
    IReadOnlyList<DatasetVersion> Parents,
    IReadOnlyList<string> Tags);
