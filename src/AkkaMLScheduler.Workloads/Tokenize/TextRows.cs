using AkkaMLScheduler.Catalog;
using Parquet;

namespace AkkaMLScheduler.Workloads.Tokenize;

/// <summary>One text column of a list of Parquet files, as rows numbered from 0 across all of them.</summary>
internal sealed class TextRows
{
    private readonly TableSchema _schema;
    private readonly List<(string Path, long Rows)> _files = [];

    private TextRows(string column) => _schema = new TableSchema([new Column(column, ColumnType.String)]);

    public long Count { get; private set; }

    /// <summary>Counts the rows from the files' footers. Throws <see cref="CatalogException"/> when one cannot be read.</summary>
    public static async Task<TextRows> OpenAsync(IReadOnlyList<string> files, string column, CancellationToken stop)
    {
        var rows = new TextRows(column);
        foreach (var path in files)
        {
            var count = await CountAsync(path, stop).ConfigureAwait(false);
            rows._files.Add((path, count));
            rows.Count += count;
        }

        return rows;
    }

    /// <summary>The rows from <paramref name="first"/> on; whole files before it are not read.</summary>
    public async IAsyncEnumerator<string?> FromAsync(long first, CancellationToken stop)
    {
        var skip = first;
        foreach (var (path, rows) in _files)
        {
            if (skip >= rows)
            {
                skip -= rows;
                continue;
            }

            await foreach (var batch in ParquetFileReader.ReadAsync(path, _schema, stop).ConfigureAwait(false))
            {
                for (var row = (int)Math.Min(skip, batch.Count); row < batch.Count; row++)
                    yield return batch.Strings(0)[row];
                skip -= Math.Min(skip, batch.Count);
            }
        }
    }

    private static async Task<long> CountAsync(string path, CancellationToken stop)
    {
        try
        {
            await using var reader = await ParquetReader.CreateAsync(path, cancellationToken: stop).ConfigureAwait(false);
            var rows = 0L;
            for (var index = 0; index < reader.RowGroupCount; index++)
            {
                using var group = reader.OpenRowGroupReader(index);
                rows += group.RowCount;
            }

            return rows;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new WorkloadException($"cannot read Parquet file {path}: {error.Message}", error);
        }
    }
}
