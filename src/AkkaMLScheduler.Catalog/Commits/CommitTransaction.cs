using System.Data.Common;
using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// The body of one commit, inside the caller's transaction: take the next snapshot id (max + 1; the primary key is the lock), move the
/// offsets, write each change, then note what changed. All ids come from the snapshot row, so two commits never share one.
/// </summary>
internal sealed class CommitTransaction(DataConnection connection, DateTimeOffset now)
{
    private readonly List<string> _changesMade = [];
    private SnapshotRow _snapshot = new();

    public DataConnection Connection => connection;

    public DateTimeOffset Now => now;

    public long SnapshotId => _snapshot.SnapshotId;

    /// <exception cref="SnapshotConflictException">Another commit took the id.</exception>
    /// <exception cref="OffsetConflictException">A stored offset is not the expected one.</exception>
    /// <exception cref="WriterFencedException">A partition was claimed by another since.</exception>
    /// <exception cref="CatalogException">The request contradicts what is stored.</exception>
    public async Task<CommitResult> RunAsync(CommitRequest request, CancellationToken ct)
    {
        // The insert of the snapshot id comes first and is the lock: after it no other commit can come between.
        await TakeSnapshotAsync(ct).ConfigureAwait(false);

        foreach (var source in request.Offsets.GroupBy(offset => offset.Source).OrderBy(source => source.Key, StringComparer.Ordinal))
            await new SourcePartitions(connection, source.Key, now).AdvanceAsync([.. source], ct).ConfigureAwait(false);

        var versions = new List<DatasetVersion>(request.Changes.Count);
        foreach (var change in request.Changes)
            versions.Add(await WriteAsync(change, versions, ct).ConfigureAwait(false));
        await connection.UpdateAsync(_snapshot, token: ct).ConfigureAwait(false);
        var changes = new SnapshotChangesRow
        {
            SnapshotId = SnapshotId,
            ChangesMade = string.Join(",", _changesMade),
            Author = request.Changes.Count > 0 ? request.Changes[0].Producer : null,
            CommitExtraInfo = request.Offsets.Count > 0 ? OffsetsText(request.Offsets) : null,
        };
        await connection.InsertAsync(changes, token: ct).ConfigureAwait(false);
        return new CommitResult(versions, SnapshotId);
    }

    public long NextCatalogId() => _snapshot.NextCatalogId++;

    public long NextFileId() => _snapshot.NextFileId++;

    public void Changed(string what) => _changesMade.Add(what);

    /// <summary>A table was made or its columns changed: readers that cache schemas look at this number.</summary>
    public async Task SchemaChangedAsync(long tableId, CancellationToken ct)
    {
        _snapshot.SchemaVersion++;
        var row = new SchemaVersionsRow { BeginSnapshot = SnapshotId, SchemaVersion = _snapshot.SchemaVersion, TableId = tableId };
        await connection.InsertAsync(row, token: ct).ConfigureAwait(false);
    }

    private static string OffsetsText(IReadOnlyList<OffsetAdvance> offsets)
    {
        // A note for people; the truth is in source_offset. Bounded, because a commit may move thousands of partitions.
        const int shown = 64;
        var text = string.Join(";", offsets.Take(shown).Select(o => FormattableString.Invariant($"{o.Source}/{o.Partition}@{o.Expected ?? 0}..{o.Next}")));
        return offsets.Count > shown ? text + ";…" : text;
    }

    private async Task TakeSnapshotAsync(CancellationToken ct)
    {
        var last = await connection.GetTable<SnapshotRow>()
            .OrderByDescending(row => row.SnapshotId).FirstAsync(ct).ConfigureAwait(false);
        _snapshot = new SnapshotRow
        {
            SnapshotId = last.SnapshotId + 1,
            SnapshotTime = now,
            SchemaVersion = last.SchemaVersion,
            NextCatalogId = last.NextCatalogId,
            NextFileId = last.NextFileId,
        };
        try
        {
            await connection.InsertAsync(_snapshot, token: ct).ConfigureAwait(false);
        }
        catch (DbException error) when (CatalogDatabase.IsKeyConflict(error))
        {
            throw new SnapshotConflictException(error);
        }
    }

    private async Task<DatasetVersion> WriteAsync(DatasetChange change, List<DatasetVersion> made, CancellationToken ct)
    {
        var layer = change.Layer.ToString().ToLowerInvariant();
        var dataset = await connection.GetTable<DatasetRow>()
            .SingleOrDefaultAsync(row => row.Name == change.Dataset, ct).ConfigureAwait(false);
        if (dataset is not null && dataset.Layer != layer)
            throw new CatalogException($"Dataset '{change.Dataset}' is {dataset.Layer}, not {layer}; use another name.");
        var former = await connection.GetTable<VersionRow>()
            .Where(row => row.Dataset == change.Dataset)
            .OrderByDescending(row => row.Version).FirstOrDefaultAsync(ct).ConfigureAwait(false);

        var table = dataset is null
            ? await LakeTable.CreateAsync(this, change.Dataset, ct).ConfigureAwait(false)
            : new LakeTable(this, dataset.TableId);
        if (dataset is null)
        {
            dataset = new DatasetRow { Name = change.Dataset, Layer = layer, TableId = table.TableId, CreatedAt = now };
            await connection.InsertAsync(dataset, token: ct).ConfigureAwait(false);
        }

        var schema = Evolve(change, former is null ? null : TableSchema.FromJson(former.SchemaJson));
        await table.WriteAsync(change, schema, isNew: former is null, ct).ConfigureAwait(false);

        var version = await NewVersionAsync(change, schema.Schema, former, table.TableId, ct).ConfigureAwait(false);
        await connection.InsertAsync(version, token: ct).ConfigureAwait(false);
        foreach (var parent in change.Parents.Select(parent => Resolve(parent, made)).Distinct())
            await LinkAsync(version.Id, parent, ct).ConfigureAwait(false);
        return version.Id;
    }

    private static EvolvedSchema Evolve(DatasetChange change, TableSchema? former)
    {
        if (former is null || change.Mode == ChangeMode.Replace)
            return EvolvedSchema.ByName(change.Schema, former);
        if (change.Basis is { } basis && !basis.Columns.ToHashSet().SetEquals(former.Columns))
            throw new SchemaChangedException(change.Dataset);
        if (change.Mode == ChangeMode.Compact && !change.Schema.Equals(former))
            throw new CatalogException($"The columns of '{change.Dataset}' were changed while it was compacted; compact again.");
        return change.Mode == ChangeMode.Alter
            ? SchemaEvolution.Apply(change.Dataset, former, change.Edits)
            : EvolvedSchema.ByName(SchemaEvolution.Append(change.Dataset, former, change.Schema), former);
    }

    private static DatasetVersion Resolve(DatasetVersion parent, List<DatasetVersion> made) =>
        parent.IsInThisCommit ? made.Single(version => version.Dataset == parent.Dataset) : parent;

    private async Task<VersionRow> NewVersionAsync(
        DatasetChange change, TableSchema schema, VersionRow? former, long tableId, CancellationToken ct)
    {
        var files = await LiveFiles.AsOf(connection, tableId, SnapshotId).ToListAsync(ct).ConfigureAwait(false);
        var totals = change.Mode != ChangeMode.Replace && former is not null ? former.Totals + change.Counts : change.Counts;
        var schemaJson = schema.ToJson();
        return new VersionRow
        {
            Dataset = change.Dataset,
            Version = (former?.Version ?? 0) + 1,
            SnapshotId = SnapshotId,
            Mode = change.Mode.ToString().ToLowerInvariant(),
            SchemaJson = schemaJson,
            Rows = files.Sum(file => file.Rows),
            Files = files.Count,
            Bytes = files.Sum(file => file.Bytes),
            ContentHash = ContentHash.Of(schemaJson, files),
            Producer = change.Producer,
            CreatedAt = now,
            Read = change.Counts.Read,
            Accepted = change.Counts.Accepted,
            Rejected = change.Counts.Rejected,
            Filtered = change.Counts.Filtered,
            Duplicates = change.Counts.Duplicates,
            TotalRead = totals.Read,
            TotalAccepted = totals.Accepted,
            TotalRejected = totals.Rejected,
            TotalFiltered = totals.Filtered,
            TotalDuplicates = totals.Duplicates,
        };
    }

    private async Task LinkAsync(DatasetVersion child, DatasetVersion parent, CancellationToken ct)
    {
        var exists = await connection.GetTable<VersionRow>()
            .AnyAsync(row => row.Dataset == parent.Dataset && row.Version == parent.Version, ct).ConfigureAwait(false);
        if (!exists)
            throw new CatalogException($"{child} names {parent} as its parent, but there is no such version.");
        var edge = new LineageRow { Dataset = child.Dataset, Version = child.Version, Parent = parent.Dataset, ParentVersion = parent.Version };
        await connection.InsertAsync(edge, token: ct).ConfigureAwait(false);
    }
}
