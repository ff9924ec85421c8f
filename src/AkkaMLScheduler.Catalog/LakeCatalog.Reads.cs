using System.Globalization;
using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog;

public sealed partial class LakeCatalog
{
    /// <summary>Partition → first offset not yet committed, of one source. Empty when it never committed.</summary>
    /// <exception cref="CatalogException">The database is out of reach.</exception>
    public async Task<IReadOnlyDictionary<string, long>> OffsetsAsync(string source, CancellationToken ct = default) =>
        await _database.RunAsync("read", connection => connection.GetTable<SourceOffsetRow>()
            .Where(row => row.Source == source)
            .ToDictionaryAsync(row => row.Partition, row => row.Next, ct)).ConfigureAwait(false);

    /// <summary>All datasets at their latest version, by name.</summary>
    /// <exception cref="CatalogException">The database is out of reach.</exception>
    public Task<IReadOnlyList<DatasetSummary>> DatasetsAsync(CancellationToken ct = default) =>
        _database.RunAsync<IReadOnlyList<DatasetSummary>>("read", async connection =>
        {
            var versions = connection.GetTable<VersionRow>();
            var rows = await (
                from dataset in connection.GetTable<DatasetRow>()
                from version in versions
                where version.Dataset == dataset.Name
                    && version.Version == versions.Where(other => other.Dataset == dataset.Name).Max(other => other.Version)
                orderby dataset.Name
                select new { dataset.Layer, Version = version }).ToListAsync(ct).ConfigureAwait(false);
            var latest = rows.ToDictionary(row => row.Version.Dataset, row => row.Version.Version);
            var edges = await connection.GetTable<LineageRow>().ToListAsync(ct).ConfigureAwait(false);
            var parents = edges.Where(edge => latest.GetValueOrDefault(edge.Dataset) == edge.Version).ToLookup(edge => edge.Dataset, Parent);
            return [.. rows.Select(row => new DatasetSummary(
                row.Version.Id,
                Enum.Parse<Layer>(row.Layer, ignoreCase: true),
                row.Version.Rows,
                (int)row.Version.Files,
                row.Version.Bytes,
                row.Version.Totals,
                row.Version.CreatedAt,
                row.Version.Producer,
                Sorted(parents[row.Version.Dataset])))];
        });

    /// <summary>One version with all that is needed to read it; null when there is none such.</summary>
    /// <param name="reference">
    /// <c>name</c> (the latest), <c>name@3</c>, <c>name@tag</c>, or <c>name@2026-03-01T12:00:00Z</c>: the one that was the latest at that time.
    /// </param>
    /// <param name="ct">Stops waiting.</param>
    /// <exception cref="CatalogException">The version's files were removed, or the database is out of reach.</exception>
    public Task<DatasetSnapshot?> FindAsync(string reference, CancellationToken ct = default) =>
        _database.RunAsync("read", async connection =>
        {
            if (await ResolveAsync(connection, reference, ct).ConfigureAwait(false) is not { } version)
                return null;
            if (version.RemovedAt is { } removed)
                throw new CatalogException($"The files of {version.Id} were removed on {removed:u}; 'dataset log {version.Dataset}' shows which versions are left.");
            var dataset = await connection.GetTable<DatasetRow>().SingleAsync(row => row.Name == version.Dataset, ct).ConfigureAwait(false);
            var files = await LiveFiles.AsOf(connection, dataset.TableId, version.SnapshotId).ToListAsync(ct).ConfigureAwait(false);
            var columns = await SnapshotColumns.ReadAsync(connection, dataset.TableId, version.SnapshotId, files, ct).ConfigureAwait(false);
            var parents = await connection.GetTable<LineageRow>()
                .Where(edge => edge.Dataset == version.Dataset && edge.Version == version.Version)
                .ToListAsync(ct).ConfigureAwait(false);
            return new DatasetSnapshot(
                version.Id,
                Enum.Parse<Layer>(dataset.Layer, ignoreCase: true),
                TableSchema.FromJson(version.SchemaJson),
                columns.Ids,
                [.. files.Select(file => new SnapshotFile(Settings.Absolute(file.Path), file.Rows, file.Bytes, file.Sha256) { OtherNames = columns.OtherNames(file) })],
                version.Rows,
                version.Bytes,
                version.ContentHash,
                Sorted(parents.Select(Parent)),
                version.Counts,
                version.Totals,
                version.Producer,
                version.CreatedAt,
                version.SnapshotId);
        });

    /// <summary>The versions of a dataset, newest first; empty when there is none such.</summary>
    /// <exception cref="CatalogException">The database is out of reach.</exception>
    public Task<IReadOnlyList<DatasetVersionRow>> LogAsync(string dataset, CancellationToken ct = default) =>
        _database.RunAsync<IReadOnlyList<DatasetVersionRow>>("read", async connection =>
        {
            if (await connection.GetTable<DatasetRow>().SingleOrDefaultAsync(row => row.Name == dataset, ct).ConfigureAwait(false) is not { } found)
                return [];
            var versions = await connection.GetTable<VersionRow>()
                .Where(row => row.Dataset == dataset).OrderByDescending(row => row.Version).ToListAsync(ct).ConfigureAwait(false);
            var edges = await connection.GetTable<LineageRow>().Where(row => row.Dataset == dataset).ToListAsync(ct).ConfigureAwait(false);
            var tags = await connection.GetTable<TagRow>().Where(row => row.Dataset == dataset).ToListAsync(ct).ConfigureAwait(false);
            var layer = Enum.Parse<Layer>(found.Layer, ignoreCase: true);
            return [.. versions.Select(row => new DatasetVersionRow(
                row.Id,
                layer,
                Enum.Parse<ChangeMode>(row.Mode, ignoreCase: true),
                row.Rows,
                (int)row.Files,
                row.Bytes,
                row.ContentHash,
                row.Counts,
                row.Producer,
                row.CreatedAt,
                row.SnapshotId,
                row.RemovedAt is not null ? VersionState.Removed : row.ExpiredAt is not null ? VersionState.Expired : VersionState.Kept,
                Sorted(edges.Where(edge => edge.Version == row.Version).Select(Parent)),
                [.. tags.Where(tag => tag.Version == row.Version).Select(tag => tag.Tag).Order(StringComparer.Ordinal)]))];
        });

    /// <summary>Every "was made from" of the catalog, by child.</summary>
    /// <exception cref="CatalogException">The database is out of reach.</exception>
    public Task<IReadOnlyList<LineageEdge>> LineageAsync(CancellationToken ct = default) =>
        _database.RunAsync<IReadOnlyList<LineageEdge>>("read", async connection =>
        {
            var edges = await connection.GetTable<LineageRow>()
                .OrderBy(edge => edge.Dataset).ThenBy(edge => edge.Version).ThenBy(edge => edge.Parent).ThenBy(edge => edge.ParentVersion)
                .ToListAsync(ct).ConfigureAwait(false);
            return [.. edges.Select(edge => new LineageEdge(Parent(edge), new DatasetVersion(edge.Dataset, edge.Version)))];
        });

    private static DatasetVersion Parent(LineageRow edge) => new(edge.Parent, edge.ParentVersion);

    private static IReadOnlyList<DatasetVersion> Sorted(IEnumerable<DatasetVersion> versions) =>
        [.. versions.OrderBy(version => version.Dataset, StringComparer.Ordinal).ThenBy(version => version.Version)];

    private static async Task<VersionRow?> ResolveAsync(DataConnection connection, string reference, CancellationToken ct)
    {
        var at = reference.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? reference : reference[..at];
        var versions = connection.GetTable<VersionRow>().Where(row => row.Dataset == name);
        if (at < 0)
            return await versions.OrderByDescending(row => row.Version).FirstOrDefaultAsync(ct).ConfigureAwait(false);
        var selector = reference[(at + 1)..];
        if (long.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return await versions.SingleOrDefaultAsync(row => row.Version == number, ct).ConfigureAwait(false);
        var tag = await connection.GetTable<TagRow>()
            .SingleOrDefaultAsync(row => row.Dataset == name && row.Tag == selector, ct).ConfigureAwait(false);
        if (tag is not null)
            return await versions.SingleOrDefaultAsync(row => row.Version == tag.Version, ct).ConfigureAwait(false);
        if (!DateTimeOffset.TryParse(selector, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            return null;

        // Compared here: SQLite keeps times as texts.
        var all = await versions.OrderByDescending(row => row.Version).ToListAsync(ct).ConfigureAwait(false);
        return all.Find(row => row.CreatedAt <= moment);
    }
}
