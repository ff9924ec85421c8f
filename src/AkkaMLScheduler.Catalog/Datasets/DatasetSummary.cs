namespace AkkaMLScheduler.Catalog;

/// <summary>A dataset at its latest version.</summary>
/// <param name="Latest">Name and latest version.</param>
/// <param name="Layer">Layer of the dataset.</param>
/// <param name="Rows">Rows of the latest version.</param>
/// <param name="Files">Files of the latest version.</param>
/// <param name="Bytes">Size of those files.</param>
/// <param name="Counts">Fates of all records behind the latest version: summed over appends, started anew by a replace.</param>
/// <param name="Created">When the latest version was committed.</param>
/// <param name="Producer">Who made the latest version.</param>
/// <param name="Parents">What the latest version was made from.</param>
public sealed record DatasetSummary(
    DatasetVersion Latest,
    Layer Layer,
    long Rows,
    int Files,
    long Bytes,
    RecordCounts Counts,
    DateTimeOffset Created,
    string Producer,
    IReadOnlyList<DatasetVersion> Parents)
{
    public string Name => Latest.Dataset;
}
