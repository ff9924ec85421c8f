using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>
/// Collects validated records in one open file of rows and one of rejects, and at a rotation bound turns them into a
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
    private readonly ColumnBatch _rows = new(RecordSchemas.Raw(schema));
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
        if (chunk.Origin is null)
            return await CutAsync(ct).ConfigureAwait(false);
        if (_reached.Count == 0)
            _opened = settings.Time.GetTimestamp();
        Meet(chunk.Origin);
        foreach (var record in chunk.Records)
            Add(chunk.Origin, record);
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

    private void Add(SourceOrigin origin, DecodedRecord record)
    {
        var source = record.Source;
        _reached[(origin.OffsetKey, source.Partition)] = source.Offset + 1;
        _groupBytes += source.Bytes.Length;
        _fileBytes += source.Bytes.Length;
        if (record.Fields is { } fields)
        {
            RowValidator.Append(fields, _rows);
            _rows.Strings(fields.Length).Append(origin.SourceOf(source.Partition));
            _rows.Int64s(fields.Length + 1).Append(source.Offset);
            _counts += new RecordCounts(1, 1, 0, 0, 0);
        }
        else if (record.Fault is { } fault)
        {
            _rejects.Strings(0).Append(origin.SourceOf(source.Partition));
            _rejects.Int64s(1).Append(source.Offset);
            _rejects.Strings(2).Append(fault.Code);
            _rejects.Strings(3).Append(fault.Message);
            _rejects.Binaries(4).Append(source.Bytes.ToArray());
            _counts += new RecordCounts(1, 0, 1, 0, 0);
        }
        else
        {
            _counts += new RecordCounts(1, 0, 0, 1, 0);
        }
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
