using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Kafka;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>
/// Collects decoded records in row groups, which go by turns into the open files of rows and of rejects, and at a rotation bound turns
/// these into a <see cref="PreparedCommit"/>. Used by one stage, one call at a time.
/// </summary>
/// <param name="catalog">Where to.</param>
/// <param name="settings">Dataset and rules.</param>
/// <param name="schema">The user's columns.</param>
/// <param name="isNew">Whether its first commit makes the dataset, unless others come first: then their columns and these are merged.</param>
internal sealed class LakeWriter(CatalogSettings catalog, IngestionSettings settings, TableSchema schema, bool isNew = false) : IAsyncDisposable
{
    // Writing a group takes longer than reading it, mostly for zstd: with two files at once neither waits for long.
    private const int LaneCount = 2;

    // A row group is buffered uncompressed while it fills, and one for each lane while it is written; these bound the memory of a writer.
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
    private readonly List<Task<OffsetAdvance>> _lateIdentities = [];
    private readonly List<KafkaAssignment> _assignments = [];
    private SourceOrigin? _origin;

    // Columns that are the dataset's own another may change: those of a user's schema hold whatever happens.
    private TableSchema? _basis = isNew || settings.Schema is not null ? null : RecordSchemas.Raw(schema);
    private (ColumnBatch Rows, ColumnBatch Rejects) _filling = Group(schema);
    private readonly Lane[] _lanes = [.. Enumerable.Range(0, LaneCount).Select(_ => new Lane(schema))];
    private int _groups;
    private RecordCounts _counts = RecordCounts.None;
    private long _groupBytes;
    private long _fileBytes;
    private long _opened;

    private Task Writing => Task.WhenAll(_lanes.Select(lane => lane.Writing));

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
        await Writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its failure went to the stream, or the stream failed first
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
        if (decoded.Records.Length > 0 || !chunk.IsLast)
        {
            Meet(origin);
            Add(origin, decoded);
        }

        if (decoded.Records.Length == 0 && origin.Whole is { } whole)
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
        if (origin.LateIdentity is { } late)
            _lateIdentities.Add(late);
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
        await Writing.ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        _filling.Rows.Clear();
        _filling.Rejects.Clear();
        Begin();
    }

    /// <summary>Closes the open files; what is not complete is gone.</summary>
    private async Task CloseAsync()
    {
        foreach (var file in _lanes.SelectMany(lane => new[] { lane.RowFile, lane.RejectFile }).OfType<ParquetFileWriter>())
            await file.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>No file is open.</summary>
    private void Begin()
    {
        foreach (var lane in _lanes)
            (lane.RowFile, lane.RejectFile) = (null, null);
        _groups = 0;
        _identities.Clear();
        _lateIdentities.Clear();
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
        for (var i = 0; i < decoded.Records.Length; i++)
        {
            ref readonly var record = ref decoded.Records[i];
            bytes += record.Bytes.Length;

            // Records of one partition mostly stand together: the last of a run says how far it goes.
            if (i + 1 == decoded.Records.Length || decoded.Records[i + 1].Partition != record.Partition)
                _reached[(origin.OffsetKey, record.Partition)] = record.Offset + 1;
        }

        _groupBytes += bytes;
        _fileBytes += bytes;
        _counts += new RecordCounts(decoded.Records.Length, decoded.Accepted.Count, decoded.Rejects.Count, decoded.Filtered, 0);

        var (rows, rejects) = _filling;
        for (var i = 0; i < schema.Columns.Count; i++)
            rows[i].AppendAll(decoded.Rows[i]);
        var sources = rows.Strings(schema.Columns.Count);
        var offsets = rows.Int64s(schema.Columns.Count + 1);
        var (partition, source) = ("", origin.SourceOf(""));
        foreach (var i in decoded.Accepted)
        {
            ref readonly var record = ref decoded.Records[i];
            if (record.Partition != partition)
                (partition, source) = (record.Partition, origin.SourceOf(record.Partition));
            sources.Append(source);
            offsets.Append(record.Offset);
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

    /// <summary>Has the group written while the next one fills; waits until the one before it in its lane is.</summary>
    private async Task FlushAsync(CancellationToken ct)
    {
        var lane = _lanes[_groups++ % _lanes.Length];
        await lane.Writing.ConfigureAwait(false);
        (_filling, lane.Full) = (lane.Full, _filling);
        _groupBytes = 0;
        lane.Writing = Task.Run(() => WriteFullAsync(lane, ct), CancellationToken.None);
    }

    private async Task WriteFullAsync(Lane lane, CancellationToken ct)
    {
        var (rows, rejects) = lane.Full;
        if (rows.Count > 0)
        {
            lane.RowFile ??= await ParquetFileWriter.CreateAsync(catalog, settings.Dataset, _raw, ct).ConfigureAwait(false);
            await lane.RowFile.WriteAsync(rows, ct).ConfigureAwait(false);
            rows.Clear();
        }

        if (rejects.Count > 0)
        {
            lane.RejectFile ??= await ParquetFileWriter.CreateAsync(catalog, settings.Rejects, RecordSchemas.Rejects, ct).ConfigureAwait(false);
            await lane.RejectFile.WriteAsync(rejects, ct).ConfigureAwait(false);
            rejects.Clear();
        }
    }

    private async Task<PreparedCommit?> CutAsync(KafkaAssignment? last, CancellationToken ct)
    {
        // An origin without a single record is still noted by its identity, so that the dataset exists.
        if (_reached.Count == 0 && _identities.Count == 0 && _lateIdentities.Count == 0)
            return last is null ? null : new PreparedCommit(null, [], RecordCounts.None, [], last);
        await FlushAsync(ct).ConfigureAwait(false);
        await Writing.ConfigureAwait(false);
        var counts = _counts;
        if (!counts.AddUp)
            throw new InvalidOperationException($"Records do not add up: {counts}.");

        var changes = new List<DatasetChange>
        {
            Change(settings.Dataset, Layer.Raw, _raw, await CompleteAsync(_lanes.Select(lane => lane.RowFile), ct).ConfigureAwait(false), counts) with
            {
                Basis = _basis,
            },
        };
        if (counts.Rejected > 0)
        {
            var rejected = new RecordCounts(counts.Rejected, counts.Rejected, 0, 0, 0);
            changes.Add(Change(settings.Rejects, Layer.Rejects, RecordSchemas.Rejects, await CompleteAsync(_lanes.Select(lane => lane.RejectFile), ct).ConfigureAwait(false), rejected));
        }

        var identities = _identities.Concat(await Task.WhenAll(_lateIdentities).ConfigureAwait(false)).ToList();
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
        => (ColumnBatch.OfUtf8(RecordSchemas.Raw(schema), RecordSchemas.SourceColumn), new ColumnBatch(RecordSchemas.Rejects));

    private static async Task<IReadOnlyList<DataFile>> CompleteAsync(IEnumerable<ParquetFileWriter?> files, CancellationToken ct)
    {
        var complete = new List<DataFile>();
        foreach (var file in files.OfType<ParquetFileWriter>())
        {
            await using (file.ConfigureAwait(false))
                complete.Add(await file.CompleteAsync(ct).ConfigureAwait(false));
        }

        return complete;
    }

    /// <summary>A file of rows and one of rejects, opened when there are some, and the group that is being written to them.</summary>
    private sealed class Lane(TableSchema schema)
    {
        public (ColumnBatch Rows, ColumnBatch Rejects) Full { get; set; } = Group(schema);

        public Task Writing { get; set; } = Task.CompletedTask;

        public ParquetFileWriter? RowFile { get; set; }

        public ParquetFileWriter? RejectFile { get; set; }
    }
}
