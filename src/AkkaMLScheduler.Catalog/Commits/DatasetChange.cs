namespace AkkaMLScheduler.Catalog;

/// <summary>One dataset's part of a commit: it makes the dataset's next version.</summary>
/// <param name="Dataset">Name, see <see cref="DatasetName"/>; created by its first change.</param>
/// <param name="Layer">Must be the same for every version.</param>
/// <param name="Schema">
/// Columns of the files. An append may add nullable columns, leave out nullable ones, and widen Int32 to Int64; anything else is
/// refused. A replace takes any schema.
/// </param>
/// <param name="Mode">Append or replace.</param>
/// <param name="Files">The new files; may be empty.</param>
/// <param name="Parents">Exact versions it was made from; <see cref="DatasetVersion.InThisCommit"/> for an earlier change of this commit.</param>
/// <param name="Counts">Fates of the records of this change; must add up.</param>
/// <param name="Producer">Who made it, for the log.</param>
public sealed record DatasetChange(
    string Dataset,
    Layer Layer,
    TableSchema Schema,
    ChangeMode Mode,
    IReadOnlyList<DataFile> Files,
    IReadOnlyList<DatasetVersion> Parents,
    RecordCounts Counts,
    string Producer)
{
    /// <summary>
    /// For <see cref="ChangeMode.Append"/>: the columns, in whatever order, that the dataset had when the files were begun. The commit is refused when they
    /// are others by now; null = whatever they are.
    /// </summary>
    public TableSchema? Basis { get; init; }

    /// <summary>For <see cref="ChangeMode.Compact"/>: names of the files whose rows are in <see cref="Files"/> from now on.</summary>
    public IReadOnlyList<string> Compacted { get; init; } = [];

    /// <summary>For <see cref="ChangeMode.Alter"/>: what changes, applied to the schema that the dataset has by then.</summary>
    public IReadOnlyList<SchemaEdit> Edits { get; init; } = [];
}
