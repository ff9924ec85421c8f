using System.Buffers.Binary;
using Parquet;
using Parquet.Schema;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// Writes one Parquet file (zstd) into its dataset's folder: under a temporary name, synced, hashed, renamed, folder synced. Nobody
/// sees the file until a commit names it; a crash before leaves a file that no catalog knows.
/// </summary>
public sealed class ParquetFileWriter : IAsyncDisposable
{
    private const int BufferBytes = 1 << 20;
    private const int FooterTailBytes = 8;

    private readonly TableSchema _schema;
    private readonly ParquetSchema _shape;
    private readonly ParquetSchema _utf8Shape;
    private readonly string _temporaryPath;
    private readonly string _finalPath;
    private readonly string _relativePath;
    private readonly StatisticsGatherer[] _statistics;
    private readonly FileStream _file;
    private readonly HashingStream _hashing;
    private ParquetWriter? _writer;
    private long _rows;
    private bool _completed;

    private ParquetFileWriter(CatalogSettings settings, string dataset, TableSchema schema)
    {
        var name = $"{Guid.CreateVersion7():N}.parquet";
        var folder = settings.Absolute(LakePaths.Folder(dataset));
        Directory.CreateDirectory(folder);
        _schema = schema;
        _shape = ParquetShape.Of(schema);
        _utf8Shape = ParquetShape.OfUtf8(schema);
        _statistics = [.. schema.Columns.Select(column => new StatisticsGatherer(column))];
        _relativePath = LakePaths.Folder(dataset) + name;
        _finalPath = Path.Combine(folder, name);
        _temporaryPath = Path.Combine(folder, $".{name}.writing");
        _file = new FileStream(_temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes, useAsync: false);
        _hashing = new HashingStream(_file);
    }

    /// <summary>Rows written so far.</summary>
    public long Rows => _rows;

    /// <summary>Bytes written so far; the footer comes with <see cref="CompleteAsync"/>.</summary>
    public long Bytes => _hashing.Length;

    /// <exception cref="CatalogException">Bad dataset name or schema, or the folder cannot be written.</exception>
    public static async Task<ParquetFileWriter> CreateAsync(
        CatalogSettings settings, string dataset, TableSchema schema, CancellationToken ct = default)
    {
        DatasetName.Validate(dataset);
        schema.Validate(dataset);
        try
        {
            var writer = new ParquetFileWriter(settings, dataset, schema);
            writer._writer = await ParquetWriter.CreateAsync(writer._shape, writer._hashing, ParquetShape.Options(schema), false, ct)
                .ConfigureAwait(false);
            return writer;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(settings.Absolute(LakePaths.Folder(dataset)), error);
        }
    }

    /// <summary>Writes the batch as one row group; an empty batch writes nothing. The batch may be cleared and reused afterwards.</summary>
    /// <exception cref="CatalogException">Columns of different length or of another schema, a null in a required column, a full disk.</exception>
    public async Task WriteAsync(ColumnBatch batch, CancellationToken ct = default)
    {
        if (!batch.Schema.Equals(_schema))
            throw new CatalogException($"The batch has columns ({batch.Schema}), the file {_relativePath} has ({_schema}).");
        foreach (var column in batch.Columns)
        {
            if (column.Count != batch.Count)
            {
                throw new CatalogException(
                    $"Column '{column.Column.Name}' has {column.Count} values, but '{batch[0].Column.Name}' has {batch.Count}.");
            }
        }

        if (batch.Count == 0)
            return;
        for (var i = 0; i < _statistics.Length; i++)
            _statistics[i].Add(batch[i]);
        try
        {
            using var group = Writer().CreateRowGroup();
            for (var i = 0; i < _schema.Columns.Count; i++)
            {
                var field = ParquetShape.Leaf(batch[i] is Utf8Values ? _utf8Shape : _shape, i);
                await ParquetColumnCodec.WriteAsync(group, field, batch[i], ct).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(_temporaryPath, error);
        }

        _rows += batch.Count;
    }

    /// <summary>Ends the file and gives it its final name. What is returned goes into a <see cref="DatasetChange"/>.</summary>
    /// <exception cref="CatalogException">The disk refused.</exception>
    public async Task<DataFile> CompleteAsync(CancellationToken ct = default)
    {
        var writer = Writer();
        try
        {
            _writer = null;
            await writer.DisposeAsync().ConfigureAwait(false);
            await _file.FlushAsync(ct).ConfigureAwait(false);
            _file.Flush(flushToDisk: true);
            var sha256 = _hashing.Sha256();
            var bytes = _hashing.Length;
            await _file.DisposeAsync().ConfigureAwait(false);
            var footerBytes = ReadFooterBytes(_temporaryPath);
            File.Move(_temporaryPath, _finalPath);
            DurableFolder.Sync(Path.GetDirectoryName(_finalPath)!);
            _completed = true;
            return new DataFile(_relativePath, _rows, bytes, sha256)
            {
                FooterBytes = footerBytes,
                Statistics = [.. _statistics.Select(statistics => statistics.Statistics())],
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(_temporaryPath, error);
        }
    }

    /// <summary>Closes the file; without <see cref="CompleteAsync"/> it is removed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_completed)
            return;
        _completed = true;
        if (_writer is not null)
        {
            try
            {
                await _writer.DisposeAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The footer of a file that is about to be removed: a full disk may refuse it.
            }
        }

        await _file.DisposeAsync().ConfigureAwait(false);
        await _hashing.DisposeAsync().ConfigureAwait(false);
        File.Delete(_temporaryPath);
    }

    private static CatalogException Failed(string path, Exception error) =>
        new($"Cannot write {path}: {CatalogException.Reason(error)} Check that the folder is writable and has room.", error);

    /// <summary>A Parquet file ends with the length of its footer (little endian) and the four bytes PAR1.</summary>
    private static long ReadFooterBytes(string path)
    {
        using var file = File.OpenRead(path);
        file.Seek(-FooterTailBytes, SeekOrigin.End);
        Span<byte> tail = stackalloc byte[FooterTailBytes];
        file.ReadExactly(tail);
        return BinaryPrimitives.ReadInt32LittleEndian(tail);
    }

    private ParquetWriter Writer() => _writer ?? throw new InvalidOperationException("the file is complete or closed");
}
