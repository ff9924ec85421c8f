using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// A dataset's DuckLake rows within one commit. Files are written before their column ids are known, so they carry no field ids and
/// each names a mapping by column name, as DuckLake allows.
/// </summary>
internal sealed class LakeTable(CommitTransaction commit, long tableId)
{
    private const long MainSchemaId = 0;

    private DataConnection Connection => commit.Connection;

    public long TableId => tableId;

    public static async Task<LakeTable> CreateAsync(CommitTransaction commit, string dataset, CancellationToken ct)
    {
        var row = new TableRow
        {
            TableId = commit.NextCatalogId(),
            TableUuid = Guid.CreateVersion7(commit.Now),
            BeginSnapshot = commit.SnapshotId,
            SchemaId = MainSchemaId,
            TableName = dataset,
            Path = dataset + "/",
            PathIsRelative = true,
        };
        await commit.Connection.InsertAsync(row, token: ct).ConfigureAwait(false);
        await commit.Connection.InsertAsync(new TableStatsRow { TableId = row.TableId }, token: ct).ConfigureAwait(false);
        commit.Changed($"created_table:\"{LakePaths.Schema}\".\"{dataset}\"");
        return new LakeTable(commit, row.TableId);
    }

    /// <summary>Columns, former files, new files, statistics: in this order.</summary>
    public async Task WriteAsync(DatasetChange change, EvolvedSchema schema, bool isNew, CancellationToken ct)
    {
        var columns = new LakeColumns(commit, tableId);
        var live = await columns.BringToAsync(schema, isNew, ct).ConfigureAwait(false);
        var stats = await Connection.GetTable<TableStatsRow>().SingleAsync(row => row.TableId == tableId, ct).ConfigureAwait(false);
        var restart = isNew || change.Mode == ChangeMode.Replace;
        if (change.Mode == ChangeMode.Replace)
            await EndFilesAsync(stats, ct).ConfigureAwait(false);
        if (change.Mode == ChangeMode.Compact)
            await EndCompactedAsync(change, stats, ct).ConfigureAwait(false);
        if (change.Files.Count > 0)
        {
            var mappingId = await columns.MappingAsync(live, ct).ConfigureAwait(false);
            foreach (var file in change.Files)
                await AddFileAsync(change.Dataset, file, stats, mappingId, live, ct).ConfigureAwait(false);
            commit.Changed(FormattableString.Invariant($"inserted_into_table:{tableId}"));
        }

        await Connection.UpdateAsync(stats, token: ct).ConfigureAwait(false);
        await LakeStatistics.MergeAsync(Connection, tableId, live, change.Files, restart, ct).ConfigureAwait(false);
    }

    private async Task EndFilesAsync(TableStatsRow stats, CancellationToken ct)
    {
        var ended = await Connection.GetTable<DataFileRow>()
            .Where(file => file.TableId == tableId && file.EndSnapshot == null)
            .Set(file => file.EndSnapshot, commit.SnapshotId)
            .UpdateAsync(ct).ConfigureAwait(false);
        if (ended > 0)
            commit.Changed(FormattableString.Invariant($"deleted_from_table:{tableId}"));

        // Row ids are never given twice; the other two describe the rows that are there.
        stats.RecordCount = 0;
        stats.FileSizeBytes = 0;
    }

    /// <summary>Compaction gives its rows back in other files: whatever else was committed since it read them stays.</summary>
    private async Task EndCompactedAsync(DatasetChange change, TableStatsRow stats, CancellationToken ct)
    {
        var former = 0L;
        foreach (var name in change.Compacted)
        {
            var rows = Connection.GetTable<DataFileRow>().Where(file => file.TableId == tableId && file.Path == name && file.EndSnapshot == null);
            if (await rows.SingleOrDefaultAsync(ct).ConfigureAwait(false) is not { } file)
                throw new CatalogException($"File {name} of '{change.Dataset}' was replaced while it was compacted; compact again.");
            former += file.RecordCount;
            await rows.Set(row => row.EndSnapshot, commit.SnapshotId).UpdateAsync(ct).ConfigureAwait(false);
            stats.RecordCount -= file.RecordCount;
            stats.FileSizeBytes -= file.FileSizeBytes;
        }

        if (former != change.Files.Sum(file => file.Rows))
            throw new CatalogException($"Compaction of '{change.Dataset}' read {former} rows and wrote {change.Files.Sum(file => file.Rows)}; nothing was committed.");
        commit.Changed(FormattableString.Invariant($"deleted_from_table:{tableId}"));
    }

    private async Task AddFileAsync(
        string dataset, DataFile file, TableStatsRow stats, long mappingId, IReadOnlyList<ColumnRow> live, CancellationToken ct)
    {
        var taken = await Connection.GetTable<FileDigestRow>().AnyAsync(row => row.Path == file.Path, ct).ConfigureAwait(false);
        if (taken)
            throw new CatalogException($"File {file.Path} is in the catalog already.");
        var fileId = commit.NextFileId();
        var row = new DataFileRow
        {
            DataFileId = fileId,
            TableId = tableId,
            BeginSnapshot = commit.SnapshotId,
            Path = file.Path[LakePaths.Folder(dataset).Length..],
            PathIsRelative = true,
            RecordCount = file.Rows,
            FileSizeBytes = file.Bytes,
            FooterSize = file.FooterBytes,
            RowIdStart = stats.NextRowId,
            MappingId = mappingId,
        };
        await Connection.InsertAsync(row, token: ct).ConfigureAwait(false);
        var digest = new FileDigestRow { DataFileId = fileId, Path = file.Path, Sha256 = file.Sha256 };
        await Connection.InsertAsync(digest, token: ct).ConfigureAwait(false);
        await LakeStatistics.InsertAsync(Connection, fileId, tableId, live, file, ct).ConfigureAwait(false);
        stats.NextRowId += file.Rows;
        stats.RecordCount += file.Rows;
        stats.FileSizeBytes += file.Bytes;
    }
}
