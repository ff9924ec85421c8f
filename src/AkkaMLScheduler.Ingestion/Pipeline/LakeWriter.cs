using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Kafka;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>
/// Collects decoded records in one open file of rows and one of rejects, and at a rotation bound turns them into a
/// <see cref="PreparedCommit"/>. Used by one stage, one call at a time.
/// </summary>
/// <param name="catalog">Where to.</param>
/// <param name="settings">Dataset and rules.</param>
/// <param name="schema">The user's columns.</param>
/// <param name="isNew">Whether its first commit makes the dataset, unless others come first: then their columns and these are merged.</param>
internal sealed class LakeWriter(CatalogSettings catalog, IngestionSettings settings, TableSchema schema, bool isNew = false) : IAsyncDisposable
{
    // Two row groups are buffered uncompressed, one filling and one being written; these bound the memory of a writer.
    private const int GroupRows = 100_000;
    private const int GroupCells = 4_000_000;
    private const long GroupBytes = 16 * 1024 * 1024;

    private readonly int _groupRows = Math.Clamp(GroupCells / schema.Columns.Count, 1, GroupRows);

    // A failing stream does not wait for its last call: disposal does.
    private readonly SemaphoreSlim _gate = new(1);
    private readonly TableSchema _raw = RecordSchemas.Raw(schema);
    private readonly Dictionary<(string Key, string Partition), (long? Next, long? Epoch)> _stored = [];
    private readonly Dictionary<(string Key, string Partition), long> _reached = [];
    private readonly List<OffsetAdvance> _identities = [];
    private readonly List<KafkaAssignment> _assignments = [];
    private SourceOrigin? _origin;

    // Columns that are the dataset's own another may change: those of a user's schema hold whatever happens.
    private TableSchema? _basis = isNew || settings.Schema is not null ? null : RecordSchemas.Raw(schema);
    private (ColumnBatch Rows, ColumnBatch Rejects) _filling = Group(schema);
    private (ColumnBatch Rows, ColumnBatch Rejects) _full = Group(schema);
    private Task _writing = Task.CompletedTask;
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
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its failure went to the stream, or the stream failed first
        await CloseAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private async Task<PreparedCommit?> TakeAsync(DecodedChunk chunk, CancellationToken ct)
    {
        if (_assignments.Exists(assignment => assignment.IsLost))
            await DropAsync().ConfigureAwait(false);
        if (chunk is not { Origin: { } origin, Decoded: { } decoded })
            return await CutAsync(null, ct).ConfigureAwait(false);
        if (origin.Assignment is { IsLost: true })
            return null;
        if (_reached.Count == 0)
            _opened = settings.Time.GetTimestamp();
        if (decoded.Records.Count > 0 || !chunk.IsLast)
        {
            Meet(origin);
            Add(origin, decoded);
        }

        if (decoded.Records.Count == 0 && origin.Whole is { } whole)
            _identities.Add(whole);

        if (_filling.Rows.Count >= _groupRows || _filling.Rejects.Count >= GroupRows || _groupBytes >= GroupBytes)
            await FlushAsync(ct).ConfigureAwait(false);

        var bounds = settings.Rotation;
        var due = chunk.IsLast
            || _counts.Accepted + _counts.Rejected >= bounds.Rows
            || _fileBytes >= bounds.Bytes
            || settings.Time.GetElapsedTime(_opened) >= bounds.Age;
        return due ? await CutAsync(chunk.IsLast ? origin.Assignment : null, ct).ConfigureAwait(false) : null;
    }

    private void Meet(SourceOrigin origin)
    {
        if (origin.Assignment is { } assignment && !_assignments.Contains(assignment))
            _assignments.Add(assignment);
        if (_origin == origin)
            return;
        _origin = origin;
        _identities.AddRange(origin.Identities);
        foreach (var partition in origin.Claim.Epochs.Keys.Union(origin.Claim.Offsets.Keys))
        {
            _stored[(origin.OffsetKey, partition)] = (
                origin.Claim.Offsets.TryGetValue(partition, out var next) ? next : null,
                origin.Claim.Epochs.TryGetValue(partition, out var epoch) ? epoch : null);
        }
    }

    /// <summary>What is open was read of partitions that others may read by now, from where the last commit ended.</summary>
    private async Task DropAsync()
    {
        await _writing.ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        _filling.Rows.Clear();
        _filling.Rejects.Clear();
        Begin();
    }

    /// <summary>Closes the open files; what is not complete is gone.</summary>
    private async Task CloseAsync()
    {
        if (_rowFile is not null)
            await _rowFile.DisposeAsync().ConfigureAwait(false);
        if (_rejectFile is not null)
            await _rejectFile.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Nothing is in the open file.</summary>
    private void Begin()
    {
        _rowFile = null;
        _rejectFile = null;
        _identities.Clear();
        _assignments.Clear();
        _reached.Clear();
        _counts = RecordCounts.None;
        _groupBytes = 0;
        _fileBytes = 0;
        foreach (var ended in _stored.Keys.Where(place => place.Key != _origin?.OffsetKey).ToList())
            _stored.Remove(ended);
    }

    private void Add(SourceOrigin origin, DecodedRecords decoded)
    {
        var bytes = 0L;
        for (var i = 0; i < decoded.Records.Count; i++)
        {
            var record = decoded.Records[i];
            bytes += record.Bytes.Length;

            // Records of one partition mostly stand together: the last of a run says how far it goes.
            if (i + 1 == decoded.Records.Count || decoded.Records[i + 1].Partition != record.Partition)
                _reached[(origin.OffsetKey, record.Partition)] = record.Offset + 1;
        }

        _groupBytes += bytes;
        _fileBytes += bytes;
        _counts += new RecordCounts(decoded.Records.Count, decoded.Accepted.Count, decoded.Rejects.Count, decoded.Filtered, 0);

        var (rows, rejects) = _filling;
        for (var i = 0; i < schema.Columns.Count; i++)
            rows[i].AppendAll(decoded.Rows[i]);
        var sources = rows.Utf8s(schema.Columns.Count);
        var offsets = rows.Int64s(schema.Columns.Count + 1);
        foreach (var i in decoded.Accepted)
        {
            sources.Append(origin.Utf8SourceOf(decoded.Records[i].Partition));
            offsets.Append(decoded.Records[i].Offset);
        }

        foreach (var (record, fault) in decoded.Rejects)
        {
            rejects.Strings(0).Append(origin.SourceOf(record.Partition));
            rejects.Int64s(1).Append(record.Offset);
            rejects.Strings(2).Append(fault.Code);
            rejects.Strings(3).Append(fault.Message);
            rejects.Binaries(4).Append(record.Bytes.ToArray());
        }

        origin.Decoder.Recycle(decoded.Rows);
    }

    /// <summary>Has the group written while the next one fills; waits until the one before is.</summary>
    private async Task FlushAsync(CancellationToken ct)
    {
        await _writing.ConfigureAwait(false);
        (_filling, _full) = (_full, _filling);
        _groupBytes = 0;
        _writing = Task.Run(() => WriteFullAsync(ct), CancellationToken.None);
    }

    private async Task WriteFullAsync(CancellationToken ct)
    {
        var (rows, rejects) = _full;
        if (rows.Count > 0)
        {
            _rowFile ??= await ParquetFileWriter.CreateAsync(catalog, settings.Dataset, _raw, ct).ConfigureAwait(false);
            await _rowFile.WriteAsync(rows, ct).ConfigureAwait(false);
            rows.Clear();
        }

        if (rejects.Count > 0)
        {
            _rejectFile ??= await ParquetFileWriter.CreateAsync(catalog, settings.Rejects, RecordSchemas.Rejects, ct).ConfigureAwait(false);
            await _rejectFile.WriteAsync(rejects, ct).ConfigureAwait(false);
            rejects.Clear();
        }
    }

    private async Task<PreparedCommit?> CutAsync(KafkaAssignment? last, CancellationToken ct)
    {
        // An origin without a single record is still noted by its identity, so that the dataset exists.
        if (_reached.Count == 0 && _identities.Count == 0)
            return last is null ? null : new PreparedCommit(null, [], RecordCounts.None, [], last);
        await FlushAsync(ct).ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        var counts = _counts;
        if (!counts.AddUp)
            throw new InvalidOperationException($"Records do not add up: {counts}.");

        var changes = new List<DatasetChange>
        {
            Change(settings.Dataset, Layer.Raw, _raw, await CompleteAsync(_rowFile, ct).ConfigureAwait(false), counts) with
            {
                Basis = _basis,
            },
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
            var (stored, epoch) = _stored.GetValueOrDefault(place);
            offsets.Add(new OffsetAdvance(place.Key, place.Partition, stored, next) { Epoch = epoch });
            _stored[place] = (next, epoch);
        }

        _basis = settings.Schema is null ? _raw : null;
        var prepared = new PreparedCommit(new CommitRequest(changes, [.. offsets, .. identities]), identities, counts, [.. _assignments], last);
        Begin();
        return prepared;
    }

    private DatasetChange Change(string dataset, Layer layer, TableSchema columns, IReadOnlyList<DataFile> files, RecordCounts counts)
        => new(dataset, layer, columns, ChangeMode.Append, files, [], counts, settings.Producer);

    private static (ColumnBatch Rows, ColumnBatch Rejects) Group(TableSchema schema)
        => (ColumnBatch.OfUtf8(RecordSchemas.Raw(schema)), new ColumnBatch(RecordSchemas.Rejects));

    private static async Task<IReadOnlyList<DataFile>> CompleteAsync(ParquetFileWriter? file, CancellationToken ct)
    {
        if (file is null)
            return [];
        await using (file.ConfigureAwait(false))
            return [await file.CompleteAsync(ct).ConfigureAwait(false)];
    }
}
