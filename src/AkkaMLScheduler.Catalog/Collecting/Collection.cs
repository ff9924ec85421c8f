using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// The database's part of one garbage collection, inside the caller's transaction. A version goes in two steps: it expires, and when the
/// grace has passed and nobody has come to need it, its files go. DuckLake's snapshots that saw one of those files go with them, or
/// DuckDB would find rows missing there.
/// </summary>
internal sealed class Collection(DataConnection connection, CollectionRules rules, IReadOnlySet<DatasetVersion> used, DateTimeOffset now)
{
    private readonly List<DatasetVersion> _expired = [];
    private readonly List<DatasetVersion> _rescued = [];
    private readonly List<DatasetVersion> _removed = [];

    public async Task<CollectionReport> RunAsync(CancellationToken ct)
    {
        var datasets = await connection.GetTable<DatasetRow>().ToListAsync(ct).ConfigureAwait(false);
        var versions = await connection.GetTable<VersionRow>().Where(row => row.RemovedAt == null).ToListAsync(ct).ConfigureAwait(false);
        var tags = await connection.GetTable<TagRow>().ToListAsync(ct).ConfigureAwait(false);
        var tagged = tags.Select(tag => new DatasetVersion(tag.Dataset, tag.Version)).ToHashSet();
        foreach (var dataset in datasets)
        {
            var own = versions.Where(row => row.Dataset == dataset.Name).OrderBy(row => row.Version).ToList();
            foreach (var row in own)
                await TurnAsync(row, row == own[^1] || tagged.Contains(row.Id) || used.Contains(row.Id), ct).ConfigureAwait(false);
            var left = own.Where(row => !_removed.Contains(row.Id)).ToList();
            if (left.Count < own.Count)
                await RemoveFilesAsync(dataset, left, ct).ConfigureAwait(false);
        }

        return new CollectionReport(_expired, _rescued, _removed, [], 0);
    }

    private async Task TurnAsync(VersionRow row, bool needed, CancellationToken ct)
    {
        // Each step names the state that it was decided on: a tag that came meanwhile wins.
        var same = connection.GetTable<VersionRow>().Where(other =>
            other.Dataset == row.Dataset && other.Version == row.Version && other.RemovedAt == null && other.ExpiredAt == row.ExpiredAt);
        if (needed && row.ExpiredAt is not null)
        {
            await same.Set(other => other.ExpiredAt, (DateTimeOffset?)null).UpdateAsync(ct).ConfigureAwait(false);
            _rescued.Add(row.Id);
        }
        else if (!needed && row.ExpiredAt is null && row.CreatedAt <= now - rules.KeepFor)
        {
            if (await same.Set(other => other.ExpiredAt, now).UpdateAsync(ct).ConfigureAwait(false) == 1)
                _expired.Add(row.Id);
        }
        else if (!needed && row.ExpiredAt <= now - rules.Grace)
        {
            if (await same.Set(other => other.RemovedAt, now).UpdateAsync(ct).ConfigureAwait(false) == 1)
                _removed.Add(row.Id);
        }
    }

    private async Task RemoveFilesAsync(DatasetRow dataset, IReadOnlyList<VersionRow> left, CancellationToken ct)
    {
        var files = await connection.GetTable<DataFileRow>().Where(file => file.TableId == dataset.TableId).ToListAsync(ct).ConfigureAwait(false);
        foreach (var file in files.Where(file => file.EndSnapshot is not null && !left.Any(version => IsSeen(file, version.SnapshotId))))
        {
            await connection.GetTable<FileColumnStatsRow>().Where(row => row.DataFileId == file.DataFileId).DeleteAsync(ct).ConfigureAwait(false);
            await connection.GetTable<FileDigestRow>().Where(row => row.DataFileId == file.DataFileId).DeleteAsync(ct).ConfigureAwait(false);
            await connection.GetTable<DataFileRow>().Where(row => row.DataFileId == file.DataFileId).DeleteAsync(ct).ConfigureAwait(false);
            var (begin, end) = (file.BeginSnapshot, file.EndSnapshot!.Value);
            await connection.GetTable<SnapshotRow>().Where(row => row.SnapshotId >= begin && row.SnapshotId < end).DeleteAsync(ct).ConfigureAwait(false);
            await connection.GetTable<SnapshotChangesRow>().Where(row => row.SnapshotId >= begin && row.SnapshotId < end).DeleteAsync(ct).ConfigureAwait(false);
            var scheduled = new ScheduledFileRow
            {
                DataFileId = file.DataFileId,
                Path = LakePaths.Folder(dataset.Name) + file.Path,
                PathIsRelative = true,
                ScheduleStart = now,
            };
            await connection.InsertAsync(scheduled, token: ct).ConfigureAwait(false);
        }
    }

    private static bool IsSeen(DataFileRow file, long snapshot) =>
        file.BeginSnapshot <= snapshot && (file.EndSnapshot is null || file.EndSnapshot > snapshot);
}
