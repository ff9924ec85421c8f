using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>
/// Collects decoded records in one open file of rows and one of rejects, and at a rotation bound turns them into a
/// <see cref="PreparedCommit"/>. Used by one stage, one call at a time.
/// </summary>
internal sealed class LakeWriter(CatalogSettings catalog, IngestionSettings settings, TableSchema schema) : IAsyncDisposable
{
    // A row group is buffered uncompressed; these bound the memory of a writer.
    private const int GroupRows = 100_000;
    private const long GroupBytes = 16 * 1024 * 1024;

    // A failing stream does not wait for its last call: disposal does.
    private readonly SemaphoreSlim _gate = new(1);
    private readonly TableSchema _raw = RecordSchemas.Raw(schema);
    private readonly ColumnBatch _rows = ColumnBatch.OfUtf8(RecordSchemas.Raw(schema));
    private readonly ColumnBatch _rejects = new(RecordSchemas.Rejects);
    private readonly Dictionary<(string Key, string Partition), long?> _stored = [];
    private readonly Dictionary<(string Key, string Partition), long> _reached = [];
    private readonly List<OffsetAdvance> _identities = [];
    private readonly HashSet<SourceOrigin> _known = [];
    private ParquetFileWriter? _rowFile;
    private ParquetFileWriter? _rejectFile;
    private RecordCounts _counts = RecordCounts.None;
    private long _groupBytes;
    private long _fileBytes;
    private long _opened;

    /// <summary>Takes a chunk; returns what is to be committed now, or null.</summary>
    public async Task<PreparedCommit?> WriteAsync(DecodedChunk chunk, CancellationToken ct = default)
    {
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await TakeAsync(chunk, ct).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        if (_rowFile is not null)
            await _rowFile.DisposeAsync().ConfigureAwait(false);
        if (_rejectFile is not null)
            await _rejectFile.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private async Task<PreparedCommit?> TakeAsync(DecodedChunk chunk, CancellationToken ct)
    {
        if (chunk is not { Origin: { } origin, Decoded: { } decoded })
            return await CutAsync(ct).ConfigureAwait(false);
        if (_reached.Count == 0)
            _opened = settings.Time.GetTimestamp();
        Meet(origin);
        Add(origin, decoded);
        if (_rows.Count >= GroupRows || _rejects.Count >= GroupRows || _groupBytes >= GroupBytes)
            await FlushAsync(ct).ConfigureAwait(false);

        var bounds = settings.Rotation;
        var due = _counts.Accepted + _counts.Rejected >= bounds.Rows
            || _fileBytes >= bounds.Bytes
            || settings.Time.GetElapsedTime(_opened) >= bounds.Age;
        return due ? await CutAsync(ct).ConfigureAwait(false) : null;
    }

    private void Meet(SourceOrigin origin)
    {
        if (!_known.Add(origin))
            return;
        if (origin.Identity is { } identity)
            _identities.Add(identity);
        foreach (var (partition, next) in origin.Committed)
            _stored[(origin.OffsetKey, partition)] = next;
    }

    private void Add(SourceOrigin origin, DecodedRecords decoded)
    {
        var bytes = decoded.Records.Sum(record => (long)record.Bytes.Length);
        _groupBytes += bytes;
        _fileBytes += bytes;
        foreach (var record in decoded.Records)
            _reached[(origin.OffsetKey, record.Partition)] = record.Offset + 1;
        _counts += new RecordCounts(decoded.Records.Count, decoded.Accepted.Count, decoded.Rejects.Count, decoded.Filtered, 0);

        for (var i = 0; i < schema.Columns.Count; i++)
            _rows[i].AppendAll(decoded.Rows[i]);
        var sources = _rows.Utf8s(schema.Columns.Count);
        var offsets = _rows.Int64s(schema.Columns.Count + 1);
        foreach (var i in decoded.Accepted)
        {
            sources.Append(origin.Utf8SourceOf(decoded.Records[i].Partition));
            offsets.Append(decoded.Records[i].Offset);
        }

        foreach (var (record, fault) in decoded.Rejects)
        {
            _rejects.Strings(0).Append(origin.SourceOf(record.Partition));
            _rejects.Int64s(1).Append(record.Offset);
            _rejects.Strings(2).Append(fault.Code);
            _rejects.Strings(3).Append(fault.Message);
            _rejects.Binaries(4).Append(record.Bytes.ToArray());
        }

        origin.Decoder.Recycle(decoded.Rows);
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        if (_rows.Count > 0)
        {
            _rowFile ??= await ParquetFileWriter.CreateAsync(catalog, settings.Dataset, _raw, ct).ConfigureAwait(false);
            await _rowFile.WriteAsync(_rows, ct).ConfigureAwait(false);
            _rows.Clear();
        }

        if (_rejects.Count > 0)
        {
            _rejectFile ??= await ParquetFileWriter.CreateAsync(catalog, settings.Rejects, RecordSchemas.Rejects, ct).ConfigureAwait(false);
            await _rejectFile.WriteAsync(_rejects, ct).ConfigureAwait(false);
            _rejects.Clear();
        }

        _groupBytes = 0;
    }

    private async Task<PreparedCommit?> CutAsync(CancellationToken ct)
    {
        // An origin without a single record is still noted by its identity, so that the dataset exists.
        if (_reached.Count == 0 && _identities.Count == 0)
            return null;
        await FlushAsync(ct).ConfigureAwait(false);
        var counts = _counts;
        if (!counts.AddUp)
            throw new InvalidOperationException($"Records do not add up: {counts}.");

        var changes = new List<DatasetChange>
        {
            Change(settings.Dataset, Layer.Raw, _raw, await CompleteAsync(_rowFile, ct).ConfigureAwait(false), counts),
        };
        if (_rejectFile is not null)
        {
            var rejected = new RecordCounts(counts.Rejected, counts.Rejected, 0, 0, 0);
            changes.Add(Change(settings.Rejects, Layer.Rejects, RecordSchemas.Rejects, await CompleteAsync(_rejectFile, ct).ConfigureAwait(false), rejected));
        }

        var identities = _identities.ToList();
        var offsets = new List<OffsetAdvance>();
        foreach (var (place, next) in _reached)
        {
            offsets.Add(new OffsetAdvance(place.Key, place.Partition, _stored.GetValueOrDefault(place), next));
            _stored[place] = next;
        }

        _rowFile = null;
        _rejectFile = null;
        _identities.Clear();
        _reached.Clear();
        _counts = RecordCounts.None;
        _fileBytes = 0;
        return new PreparedCommit(new CommitRequest(changes, [.. offsets, .. identities]), identities, counts);
    }

    private DatasetChange Change(string dataset, Layer layer, TableSchema columns, IReadOnlyList<DataFile> files, RecordCounts counts)
        => new(dataset, layer, columns, ChangeMode.Append, files, [], counts, settings.Producer);

    private static async Task<IReadOnlyList<DataFile>> CompleteAsync(ParquetFileWriter? file, CancellationToken ct)
    {
        if (file is null)
            return [];
        await using (file.ConfigureAwait(false))
            return [await file.CompleteAsync(ct).ConfigureAwait(false)];
    }
}
