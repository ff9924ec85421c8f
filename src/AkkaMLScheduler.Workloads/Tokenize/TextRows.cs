using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Workloads.Tokenize;

/// <summary>One text column of a list of Parquet files, as rows numbered from 0 across all of them.</summary>
internal sealed class TextRows(IReadOnlyList<SnapshotFile> files, string column)
{
    private readonly TableSchema _schema = new(new Column(column, ColumnType.String));

    public long Count => files.Sum(file => file.Rows);

    /// <summary>The rows from <paramref name="first"/> on; whole files before it are not read. Throws <see cref="CatalogException"/> when one cannot be read.</summary>
    public async IAsyncEnumerator<string?> FromAsync(long first, CancellationToken stop)
    {
        var skip = first;
        foreach (var file in files)
        {
            if (skip >= file.Rows)
            {
                skip -= file.Rows;
                continue;
            }

            await foreach (var batch in ParquetFileReader.ReadAsync(file, _schema, stop).ConfigureAwait(false))
            {
                for (var row = (int)Math.Min(skip, batch.Count); row < batch.Count; row++)
                    yield return batch.Strings(0)[row];
                skip -= Math.Min(skip, batch.Count);
            }
        }
    }
}
