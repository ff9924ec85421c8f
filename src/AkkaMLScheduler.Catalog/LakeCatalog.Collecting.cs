using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Async;

namespace AkkaMLScheduler.Catalog;

public sealed partial class LakeCatalog
{
    /// <summary>
    /// Lets go of old versions, and removes the files of those that an earlier collection let go longer than the grace ago; with them
    /// files that no version has, as a writer leaves them that was killed. Broken off, the next one goes on with it.
    /// </summary>
    /// <param name="rules">What may go.</param>
    /// <param name="used">Versions that jobs read or will read.</param>
    /// <param name="dryRun">Only says what it would do.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="CatalogException">The database or the folder is out of reach.</exception>
    public async Task<CollectionReport> CollectAsync(
        CollectionRules rules, IReadOnlySet<DatasetVersion> used, bool dryRun = false, CancellationToken ct = default)
    {
        var now = _time.GetUtcNow();
        return await _database.RunAsync("collect", async connection =>
        {
            CollectionReport report;
            List<ScheduledFileRow> scheduled;
            HashSet<string> known;
            await using (var transaction = await connection.BeginTransactionAsync(CatalogDatabase.WriteLevel(_database.Provider), ct).ConfigureAwait(false))
            {
                report = await new Collection(connection, rules, used, now).RunAsync(ct).ConfigureAwait(false);
                scheduled = await connection.GetTable<ScheduledFileRow>().ToListAsync(ct).ConfigureAwait(false);
                known = (await connection.GetTable<FileDigestRow>().Select(row => row.Path).ToListAsync(ct).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
                if (dryRun)
                    await transaction.RollbackAsync(ct).ConfigureAwait(false);
                else
                    await transaction.CommitAsync(ct).ConfigureAwait(false);
            }

            var doomed = scheduled.Select(row => Settings.Absolute(row.Path)).Concat(Strays(known, now - rules.Grace)).Distinct(StringComparer.Ordinal)
                .Select(path => new FileInfo(path)).Where(file => file.Exists).ToList();
            report = report with { Files = [.. doomed.Select(file => file.FullName)], Bytes = doomed.Sum(file => file.Length) };
            if (dryRun)
                return report;
            foreach (var file in doomed)
                file.Delete();
            var ids = scheduled.Select(row => row.DataFileId).ToList();
            await connection.GetTable<ScheduledFileRow>().Where(row => ids.Contains(row.DataFileId)).DeleteAsync(ct).ConfigureAwait(false);
            return report;
        }).ConfigureAwait(false);
    }

    /// <summary>Files in the datasets' folders that the catalog does not know and that nobody writes any more.</summary>
    private IEnumerable<string> Strays(HashSet<string> known, DateTimeOffset before)
    {
        var root = new DirectoryInfo(Settings.Absolute(LakePaths.Schema));
        if (!root.Exists)
            return [];
        return root.EnumerateDirectories().Where(folder => DatasetName.IsValid(folder.Name))
            .SelectMany(folder => folder.EnumerateFiles().Where(file =>
                !known.Contains(LakePaths.Folder(folder.Name) + file.Name) && file.LastWriteTimeUtc < before.UtcDateTime))
            .Select(file => file.FullName);
    }
}
