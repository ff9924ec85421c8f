using System.Data.Common;
using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// The truth about data: datasets, their immutable versions, lineage and source offsets, in one database, beside the folder of the
/// Parquet files. A file that is not in the catalog does not exist. Safe for many threads and many processes at once.
/// </summary>
public sealed partial class LakeCatalog : IAsyncDisposable
{
    /// <summary>Tries of one commit. Each lost try means that another writer's commit went through, so it ends soon.</summary>
    private const int MaxCommitTries = 100;

    private static readonly TimeSpan MaxRetryPause = TimeSpan.FromMilliseconds(50);

    private readonly CatalogDatabase _database;
    private readonly TimeProvider _time;

    private LakeCatalog(CatalogSettings settings, CatalogDatabase database, TimeProvider time)
    {
        Settings = settings;
        _database = database;
        _time = time;
    }

    public CatalogSettings Settings { get; }

    /// <inheritdoc cref="OpenAsync(CatalogSettings, TimeProvider, CancellationToken)"/>
    public static Task<LakeCatalog> OpenAsync(CatalogSettings settings, CancellationToken ct = default) =>
        OpenAsync(settings, TimeProvider.System, ct);

    /// <summary>Opens the catalog; makes its tables and folder, or brings older tables up to date.</summary>
    /// <param name="settings">Database and folder.</param>
    /// <param name="time">Clock for the times that are stored.</param>
    /// <param name="ct">Stops the opening.</param>
    /// <exception cref="CatalogException">
    /// The database cannot be reached, its schema is newer than this program, the folder cannot be written, or the catalog's files are
    /// in another folder.
    /// </exception>
    public static async Task<LakeCatalog> OpenAsync(CatalogSettings settings, TimeProvider time, CancellationToken ct = default)
    {
        var database = new CatalogDatabase(settings);
        var root = PrepareFolders(settings, database);
        var catalog = new LakeCatalog(settings with { DataRoot = root }, database, time);
        await database.RunAsync("open", async connection =>
        {
            await Migrations.ApplyAsync(connection, database.Provider, CatalogMigrations.All, time, ct).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(CatalogDatabase.WriteLevel(database.Provider), ct)
                .ConfigureAwait(false);
            await LakeRoot.PrepareAsync(connection, catalog.Settings, time, ct).ConfigureAwait(false);
            await transaction.CommitAsync(ct).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        return catalog;
    }

    /// <summary>Whether there is a catalog to open. Makes none.</summary>
    /// <exception cref="CatalogException">The database cannot be reached.</exception>
    public static async Task<bool> ExistsAsync(CatalogSettings settings, CancellationToken ct = default)
    {
        var database = new CatalogDatabase(settings);
        if (database.SqliteFile is { } file)
            return File.Exists(file);
        return await database.RunAsync("reach", connection => connection.ExecuteAsync<bool>("SELECT to_regclass('lake.ducklake_metadata') IS NOT NULL", ct))
            .ConfigureAwait(false);
    }

    /// <summary>A connection to the catalog's database for the tables of other rooms. The caller disposes it.</summary>
    /// <exception cref="CatalogException">The database cannot be reached.</exception>
    public DataConnection OpenConnection()
    {
        try
        {
            return _database.Open();
        }
        catch (Exception error) when (CatalogDatabase.IsBroken(error))
        {
            throw _database.Failed("open", error);
        }
    }

    /// <summary>
    /// Stores all of it in one transaction, or nothing. Writers at once are ordered by the snapshot id: the loser tries again on its own.
    /// When it throws anything but <see cref="CatalogException"/> the outcome is unknown: read the offsets again.
    /// </summary>
    /// <exception cref="OffsetConflictException">A stored offset is not the expected one.</exception>
    /// <exception cref="WriterFencedException">A partition was claimed by another since.</exception>
    /// <exception cref="CatalogException">The request contradicts itself or what is stored, a file is missing, the database is out of reach.</exception>
    public async Task<CommitResult> CommitAsync(CommitRequest request, CancellationToken ct = default)
    {
        CommitRules.Check(request, Settings);
        return await RetryAsync("commit", connection => new CommitTransaction(connection, _time.GetUtcNow()).RunAsync(request, ct), ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes the caller the one writer of some partitions of a source: whoever claimed them before is refused from now on, and what it
    /// was committing is waited for.
    /// </summary>
    /// <param name="source">Id of the source, as in <see cref="OffsetAdvance"/>.</param>
    /// <param name="partitions">Its partitions.</param>
    /// <param name="writer">Who claims, for the refusals of others.</param>
    /// <param name="ct">Stops waiting.</param>
    /// <exception cref="CatalogException">The database is out of reach.</exception>
    public Task<SourceClaim> ClaimAsync(string source, IReadOnlyCollection<string> partitions, string writer, CancellationToken ct = default)
        => RetryAsync("claim", connection => new SourcePartitions(connection, source, _time.GetUtcNow()).ClaimAsync(partitions, writer, ct), ct);

    /// <summary>Changes a dataset's columns without touching its files: a new version with the same rows.</summary>
    /// <param name="dataset">Its name.</param>
    /// <param name="edits">Applied one after another; all or none.</param>
    /// <param name="producer">Who does it, for the log.</param>
    /// <param name="ct">Stops waiting.</param>
    /// <exception cref="CatalogException">No such dataset, or an edit that Iceberg's rules do not allow.</exception>
    public async Task<DatasetVersion> AlterAsync(string dataset, IReadOnlyList<SchemaEdit> edits, string producer, CancellationToken ct = default)
    {
        var current = await FindAsync(dataset, ct).ConfigureAwait(false) ?? throw new CatalogException($"There is no dataset '{dataset}'.");
        var change = new DatasetChange(
            current.Version.Dataset, current.Layer, current.Schema, ChangeMode.Alter, [], [current.Version], RecordCounts.None, producer)
        { Edits = edits };
        return (await CommitAsync(new CommitRequest([change], []), ct).ConfigureAwait(false)).Versions[0];
    }

    /// <summary>Names a version. A tag that exists moves to it.</summary>
    /// <param name="version">An existing version.</param>
    /// <param name="tag">Follows the rule of <see cref="DatasetName"/> and is no number.</param>
    /// <param name="ct">Stops waiting.</param>
    /// <exception cref="CatalogException">No such version, or the tag breaks the rule.</exception>
    public async Task TagAsync(DatasetVersion version, string tag, CancellationToken ct = default)
    {
        if (!DatasetName.IsValid(tag) || tag.All(char.IsAsciiDigit))
            throw new CatalogException($"'{tag}' is no tag: use 1 to 63 of a-z, 0-9, '_' and '-', and not digits alone.");
        await _database.RunAsync("write", async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(CatalogDatabase.WriteLevel(_database.Provider), ct)
                .ConfigureAwait(false);
            // The update is what garbage collection meets: a version is either tagged and kept, or removed.
            var kept = await connection.GetTable<VersionRow>()
                .Where(row => row.Dataset == version.Dataset && row.Version == version.Version && row.RemovedAt == null)
                .Set(row => row.ExpiredAt, (DateTimeOffset?)null)
                .UpdateAsync(ct).ConfigureAwait(false);
            if (kept == 0)
                throw new CatalogException($"There is no {version} to tag, or its files were removed.");
            var row = new TagRow { Dataset = version.Dataset, Tag = tag, Version = version.Version, TaggedAt = _time.GetUtcNow() };
            await connection.InsertOrReplaceAsync(row, token: ct).ConfigureAwait(false);
            await transaction.CommitAsync(ct).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Asks the database for a constant, for health checks.</summary>
    /// <exception cref="CatalogException">No answer.</exception>
    public Task CheckAsync(CancellationToken ct = default) =>
        _database.RunAsync("reach", connection => connection.ExecuteAsync<int>("SELECT 1", ct));

    public ValueTask DisposeAsync()
    {
        _database.ReleasePool();
        return ValueTask.CompletedTask;
    }

    private static string PrepareFolders(CatalogSettings settings, CatalogDatabase database)
    {
        try
        {
            if (database.SqliteFile is { } file)
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            return Directory.CreateDirectory(settings.DataRoot).FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CatalogException(
                $"Cannot use the folder {settings.DataRoot} for the catalog's files: {CatalogException.Reason(error)}", error);
        }
    }

    /// <summary>One transaction, tried again for as long as others win.</summary>
    private async Task<T> RetryAsync<T>(string what, Func<DataConnection, Task<T>> work, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _database.RunAsync("write", connection => TransactAsync(connection, work, ct)).ConfigureAwait(false);
            }
            catch (SnapshotConflictException) when (attempt < MaxCommitTries)
            {
                await Task.Delay(MaxRetryPause * Random.Shared.NextDouble(), ct).ConfigureAwait(false);
            }
            catch (SnapshotConflictException error)
            {
                throw new CatalogException($"The catalog in {_database.Place} is too busy: {MaxCommitTries} tries of one {what} lost.", error);
            }
        }
    }

    private async Task<T> TransactAsync<T>(DataConnection connection, Func<DataConnection, Task<T>> work, CancellationToken ct)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(CatalogDatabase.WriteLevel(_database.Provider), ct)
                .ConfigureAwait(false);
            var result = await work(connection).ConfigureAwait(false);
            await transaction.CommitAsync(ct).ConfigureAwait(false);
            return result;
        }
        catch (DbException error) when (CatalogDatabase.IsTransient(error))
        {
            throw new SnapshotConflictException(error);
        }
    }
}
