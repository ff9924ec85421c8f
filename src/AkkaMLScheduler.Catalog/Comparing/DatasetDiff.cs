namespace AkkaMLScheduler.Catalog;

/// <summary>What differs from one version of a dataset to another.</summary>
/// <param name="From">The version compared.</param>
/// <param name="To">The version that it is compared with.</param>
/// <param name="Schema">One line for each column that came, went or changed; empty when the columns are the same.</param>
/// <param name="FilesAdded">Files of <paramref name="To"/> whose bytes are in no file of <paramref name="From"/>.</param>
/// <param name="FilesRemoved">Files of <paramref name="From"/> whose bytes are in no file of <paramref name="To"/>.</param>
/// <param name="RowsAdded">Rows of <paramref name="To"/> that <paramref name="From"/> lacks; equal rows count as often as they stand there.</param>
/// <param name="RowsRemoved">Rows of <paramref name="From"/> that <paramref name="To"/> lacks.</param>
public sealed record DatasetDiff(
    DatasetVersion From,
    DatasetVersion To,
    IReadOnlyList<string> Schema,
    IReadOnlyList<SnapshotFile> FilesAdded,
    IReadOnlyList<SnapshotFile> FilesRemoved,
    long RowsAdded,
    long RowsRemoved)
{
    /// <summary>Compares two versions. Only files that differ are read, and none where files were only added or only removed.</summary>
    /// <exception cref="CatalogException">A file is missing or cannot be read.</exception>
    public static async Task<DatasetDiff> OfAsync(DatasetSnapshot from, DatasetSnapshot to, CancellationToken ct = default)
    {
        var added = Without(to.Files, from.Files);
        var removed = Without(from.Files, to.Files);
        var schema = SchemaChanges(from.Schema, to.Schema).ToList();
        var (rowsAdded, rowsRemoved) = (added.Sum(file => file.Rows), removed.Sum(file => file.Rows));
        if (rowsAdded > 0 && rowsRemoved > 0)
        {
            // Both sides as the newer version has them: a column that came is null in the older rows.
            var same = await RowMultiset.CommonAsync(removed, added, to.Schema, ct).ConfigureAwait(false);
            (rowsAdded, rowsRemoved) = (rowsAdded - same, rowsRemoved - same);
        }

        return new DatasetDiff(from.Version, to.Version, schema, added, removed, rowsAdded, rowsRemoved);
    }

    private static List<SnapshotFile> Without(IReadOnlyList<SnapshotFile> files, IReadOnlyList<SnapshotFile> others)
    {
        var known = others.Select(file => file.Sha256).ToHashSet(StringComparer.Ordinal);
        return [.. files.Where(file => !known.Contains(file.Sha256))];
    }

    private static IEnumerable<string> SchemaChanges(TableSchema from, TableSchema to)
    {
        foreach (var column in to.Columns)
        {
            if (from.Find(column.Name) is not { } former)
                yield return $"+ {Text(column)}";
            else if ((former.Type, former.Nullable) != (column.Type, column.Nullable))
                yield return $"~ {Text(former)} -> {Text(column)}";
        }

        foreach (var column in from.Columns.Where(column => to.Find(column.Name) is null))
            yield return $"- {Text(column)}";
    }

    private static string Text(Column column) => new TableSchema(column).ToString();
}
