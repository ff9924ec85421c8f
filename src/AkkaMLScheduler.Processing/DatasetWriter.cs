using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Processing;

/// <summary>Writes rows of one dataset: row groups of bounded size, files of bounded size. Nothing is visible before a commit.</summary>
internal sealed class DatasetWriter(CatalogSettings settings, string dataset, TableSchema schema) : IAsyncDisposable
{
    /// <summary>Rows of a row group: DuckDB's own default order of magnitude is larger, but tokens are wide.</summary>
    private const int MaxGroupRows = 16_384;

    /// <summary>Characters of text of a row group: bounds memory when documents are long.</summary>
    private const int MaxGroupCharacters = 8 << 20;

    private const long MaxFileBytes = 128L << 20;

    private readonly List<DataFile> _files = [];
    private readonly ColumnBatch _batch = new(schema);
    private ParquetFileWriter? _writer;
    private long _characters;

    public TableSchema Schema => schema;

    public long Rows { get; private set; }

    /// <summary>Appends one row; it is written with its group.</summary>
    public async ValueTask AddAsync(object?[] row, int characters, CancellationToken ct)
    {
        _batch.AddRow(row);
        Rows++;
        _characters += characters;
        if (_batch.Count >= MaxGroupRows || _characters >= MaxGroupCharacters)
            await WriteGroupAsync(ct).ConfigureAwait(false);
    }

    /// <summary>The finished files, in order; none for no rows.</summary>
    public async Task<IReadOnlyList<DataFile>> CompleteAsync(CancellationToken ct)
    {
        await WriteGroupAsync(ct).ConfigureAwait(false);
        await CompleteFileAsync(ct).ConfigureAwait(false);
        return _files;
    }

    public ValueTask DisposeAsync() => _writer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task WriteGroupAsync(CancellationToken ct)
    {
        if (_batch.Count == 0)
            return;
        _writer ??= await ParquetFileWriter.CreateAsync(settings, dataset, schema, ct).ConfigureAwait(false);
        await _writer.WriteAsync(_batch, ct).ConfigureAwait(false);
        _batch.Clear();
        _characters = 0;
        if (_writer.Bytes >= MaxFileBytes)
            await CompleteFileAsync(ct).ConfigureAwait(false);
    }

    private async Task CompleteFileAsync(CancellationToken ct)
    {
        if (_writer is null)
            return;
        _files.Add(await _writer.CompleteAsync(ct).ConfigureAwait(false));
        _writer = null;
    }
}
