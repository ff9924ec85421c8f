using System.Data.Common;
using AkkaMLScheduler.Catalog;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>The database of a node's journal, opened from outside for reading.</summary>
public static class JournalFile
{
    /// <summary>Where the journal lies when there is no PostgreSQL.</summary>
    public static string PathOf(NodeSettings settings) => Path.Combine(settings.DataDir, "journal.db");

    /// <exception cref="SettingsException">There is no such database, or it does not answer.</exception>
    public static async Task<DbConnection> OpenAsync(NodeSettings settings, CancellationToken ct = default)
    {
        var postgres = settings.Database == CatalogProvider.PostgreSql;
        if (!postgres && !File.Exists(PathOf(settings)))
            throw new SettingsException($"there is no journal in '{settings.DataDir}'; name another folder with --data-dir, or a database with --postgres");
        try
        {
            DbConnection connection = postgres
                ? new NpgsqlConnection(settings.PostgresConnection)
                : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = PathOf(settings), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            await connection.OpenAsync(ct);
            return connection;
        }
        catch (Exception e) when (e is DbException or ArgumentException)
        {
            throw new SettingsException($"the journal's database cannot be opened: {e.GetBaseException().Message.ReplaceLineEndings(" ")}");
        }
    }
}
