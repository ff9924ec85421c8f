using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog;

/// <summary>The first rows of a lake: its metadata, schema <c>main</c> and snapshot 0; and the check that the folder is the lake's own.</summary>
internal static class LakeRoot
{
    /// <exception cref="CatalogException">The catalog's files are in another folder.</exception>
    public static async Task PrepareAsync(DataConnection connection, CatalogSettings settings, TimeProvider time, CancellationToken ct)
    {
        // Two processes may start at once on PostgreSQL; the second waits here and then finds the rows.
        if (settings.Provider == CatalogProvider.PostgreSql)
            await connection.ExecuteAsync("LOCK TABLE lake.ducklake_metadata IN SHARE ROW EXCLUSIVE MODE", ct).ConfigureAwait(false);
        var dataPath = Path.TrimEndingDirectorySeparator(settings.DataRoot) + "/";
        var stored = await connection.GetTable<MetadataRow>()
            .SingleOrDefaultAsync(row => row.Key == MetadataRow.DataPath, ct).ConfigureAwait(false);
        if (stored is null)
            await CreateAsync(connection, dataPath, time, ct).ConfigureAwait(false);
        else if (stored.Value != dataPath)
            await MoveAsync(connection, settings, stored.Value, dataPath, ct).ConfigureAwait(false);
    }

    private static async Task CreateAsync(DataConnection connection, string dataPath, TimeProvider time, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var (key, value) in new[]
        {
            ("version", DuckLakeTables.Version), ("created_by", "AkkaMLScheduler"), (MetadataRow.DataPath, dataPath), ("encrypted", "false"),
        })
            await connection.InsertAsync(new MetadataRow { Key = key, Value = value }, token: ct).ConfigureAwait(false);
        await connection.InsertAsync(new SnapshotRow { SnapshotTime = now, NextCatalogId = 1 }, token: ct).ConfigureAwait(false);
        var changes = new SnapshotChangesRow { ChangesMade = $"created_schema:\"{LakePaths.Schema}\"" };
        await connection.InsertAsync(changes, token: ct).ConfigureAwait(false);
        var schema = new SchemaRow
        {
            SchemaUuid = Guid.CreateVersion7(now),
            SchemaName = LakePaths.Schema,
            Path = LakePaths.Schema + "/",
            PathIsRelative = true,
        };
        await connection.InsertAsync(schema, token: ct).ConfigureAwait(false);
    }

    /// <summary>A folder that was moved as a whole is followed; any other folder would make every stored file unreadable.</summary>
    private static async Task MoveAsync(
        DataConnection connection, CatalogSettings settings, string storedPath, string dataPath, CancellationToken ct)
    {
        var newest = await connection.GetTable<FileDigestRow>()
            .OrderByDescending(row => row.DataFileId).FirstOrDefaultAsync(ct).ConfigureAwait(false);
        if (newest is not null && !File.Exists(settings.Absolute(newest.Path)))
        {
            throw new CatalogException(
                $"The catalog's files are in {storedPath}, not in {dataPath}. Use that folder, or another database for a new catalog.");
        }

        await connection.GetTable<MetadataRow>()
            .Where(row => row.Key == MetadataRow.DataPath)
            .Set(row => row.Value, dataPath)
            .UpdateAsync(ct).ConfigureAwait(false);
    }
}
