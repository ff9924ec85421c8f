using System.Data;
using System.Data.Common;
using LinqToDB;
using LinqToDB.Data;
using LinqToDB.DataProvider.PostgreSQL;
using LinqToDB.DataProvider.SQLite;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AkkaMLScheduler.Catalog;

/// <summary>What differs between the two databases: opening, and how they name a conflict. All else is shared.</summary>
internal sealed class CatalogDatabase
{
    /// <summary>How long a writer waits for another on SQLite; commits take milliseconds.</summary>
    private const int BusySeconds = 30;

    private const int SqliteConstraint = 19;
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;

    private readonly DataOptions _options;

    /// <exception cref="CatalogException">The connection string cannot be read.</exception>
    public CatalogDatabase(CatalogSettings settings)
    {
        Provider = settings.Provider;
        try
        {
            if (Provider == CatalogProvider.PostgreSql)
            {
                var builder = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { IncludeErrorDetail = true };
                Place = $"PostgreSQL {builder.Host}:{builder.Port}/{builder.Database}";
                _options = new DataOptions().UsePostgreSQL(builder.ToString(), PostgreSQLVersion.v95);
            }
            else
            {
                var builder = new SqliteConnectionStringBuilder(settings.ConnectionString) { DefaultTimeout = BusySeconds, ForeignKeys = false };
                if (string.IsNullOrEmpty(builder.DataSource))
                    throw new ArgumentException("Data Source is missing.");
                Place = $"SQLite {builder.DataSource}";
                SqliteFile = Path.GetFullPath(builder.DataSource);
                _options = new DataOptions().UseSQLite(builder.ToString(), SQLiteProvider.Microsoft);
            }
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw new CatalogException($"The catalog's connection string cannot be read: {CatalogException.Reason(error)}", error);
        }
    }

    public CatalogProvider Provider { get; }

    /// <summary>For messages; never the password.</summary>
    public string Place { get; }

    public string? SqliteFile { get; }

    /// <summary>
    /// The isolation of everything that writes. SQLite: serializable makes it BEGIN IMMEDIATE, the write lock from the start.
    /// PostgreSQL: read committed, so that each statement after the lock was granted sees what the former holder committed; a
    /// serializable transaction would still see the state from before it waited.
    /// </summary>
    public static IsolationLevel WriteLevel(CatalogProvider provider) =>
        provider == CatalogProvider.Sqlite ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted;

    /// <summary>An open connection. The caller disposes it.</summary>
    public DataConnection Open()
    {
        var connection = new DataConnection(_options);
        try
        {
            // Per connection: an answer may only be given once the commit is on disk. The log mode is kept in the file.
            if (Provider == CatalogProvider.Sqlite)
                connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection for a piece of work.</summary>
    /// <param name="doing">For the message, as in "Cannot read the catalog".</param>
    /// <param name="work">The work.</param>
    /// <exception cref="CatalogException">The database, or the disk, failed.</exception>
    public async Task<T> RunAsync<T>(string doing, Func<DataConnection, Task<T>> work)
    {
        try
        {
            await using var connection = Open();
            return await work(connection).ConfigureAwait(false);
        }
        catch (Exception error) when (IsBroken(error))
        {
            throw Failed(doing, error);
        }
    }

    /// <summary>Closes pooled connections, so that the file can be deleted or the database dropped.</summary>
    public void ReleasePool()
    {
        if (Provider == CatalogProvider.PostgreSql)
        {
            using var connection = new NpgsqlConnection(_options.ConnectionOptions.ConnectionString);
            NpgsqlConnection.ClearPool(connection);
        }
        else
        {
            using var connection = new SqliteConnection(_options.ConnectionOptions.ConnectionString);
            SqliteConnection.ClearPool(connection);
        }
    }

    /// <summary>The database or the disk failed, not the program.</summary>
    public static bool IsBroken(Exception error) =>
        error is DbException or IOException or UnauthorizedAccessException or TimeoutException or System.Net.Sockets.SocketException;

    /// <summary>A row with this key exists already.</summary>
    public static bool IsKeyConflict(DbException error) => error switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteConstraint,
        _ => false,
    };

    /// <summary>The transaction lost against another and may simply be tried again.</summary>
    public static bool IsTransient(DbException error) => error switch
    {
        PostgresException postgres => postgres.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
        SqliteException sqlite => sqlite.SqliteErrorCode is SqliteBusy or SqliteLocked,
        _ => false,
    };

    public CatalogException Failed(string doing, Exception error) =>
        new($"Cannot {doing} the catalog in {Place}: {CatalogException.Reason(error)}", error);
}
