using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// Brings a component's tables to the newest step this binary knows, each step in one transaction with the note that it ran. Two
/// processes may start at once: one waits for the other. Steps are never undone, and a database with a later step is refused.
/// </summary>
public static class Migrations
{
    /// <summary>Any fixed number serves; it names the advisory lock under which PostgreSQL runs the steps.</summary>
    private const long LockId = 0x616D_6C73_6D69_6772;

    /// <param name="connection">Made by <see cref="LakeCatalog.OpenConnection"/>, without a transaction.</param>
    /// <param name="provider">Its database.</param>
    /// <param name="migrations">All steps of one component, numbered 1, 2, 3 …</param>
    /// <param name="time">Clock for the notes.</param>
    /// <param name="ct">Stops between steps.</param>
    /// <exception cref="CatalogException">The database holds a step that this binary does not know.</exception>
    /// <exception cref="ArgumentException">Several components or a gap in the numbers.</exception>
    public static async Task ApplyAsync(
        DataConnection connection, CatalogProvider provider, IReadOnlyList<Migration> migrations, TimeProvider time, CancellationToken ct = default)
    {
        if (migrations.Count == 0)
            return;
        var component = migrations[0].Component;
        if (migrations.Where((step, index) => step.Component != component || step.Number != index + 1).Any())
            throw new ArgumentException("the steps must be of one component and numbered 1, 2, 3 without gaps", nameof(migrations));

        await using var transaction = await connection.BeginTransactionAsync(CatalogDatabase.WriteLevel(provider), ct).ConfigureAwait(false);
        if (provider == CatalogProvider.PostgreSql)
            await connection.ExecuteAsync($"SELECT pg_advisory_xact_lock({LockId})", ct).ConfigureAwait(false);
        foreach (var statement in OwnTable(provider))
            await connection.ExecuteAsync(statement, ct).ConfigureAwait(false);

        var done = await connection.GetTable<SchemaMigrationRow>()
            .Where(row => row.Component == component)
            .MaxAsync(row => (int?)row.Number, ct).ConfigureAwait(false) ?? 0;
        if (done > migrations.Count)
        {
            throw new CatalogException(
                $"The database has schema {done} of '{component}', but this program knows only {migrations.Count}. Use a newer program.");
        }

        foreach (var step in migrations.Skip(done))
        {
            ct.ThrowIfCancellationRequested();
            await connection.ExecuteAsync(step.Sql(provider), ct).ConfigureAwait(false);
            var note = new SchemaMigrationRow { Component = component, Number = step.Number, AppliedAt = time.GetUtcNow() };
            await connection.InsertAsync(note, token: ct).ConfigureAwait(false);
        }

        await transaction.CommitAsync(ct).ConfigureAwait(false);
    }

    private static IEnumerable<string> OwnTable(CatalogProvider provider)
    {
        const string columns = "(component VARCHAR(63) NOT NULL, number INTEGER NOT NULL, applied_at {0} NOT NULL, PRIMARY KEY (component, number))";
        if (provider == CatalogProvider.PostgreSql)
        {
            yield return "CREATE SCHEMA IF NOT EXISTS amls";
            yield return "CREATE TABLE IF NOT EXISTS amls.schema_migration " + columns.Replace("{0}", "TIMESTAMPTZ", StringComparison.Ordinal);
        }
        else
        {
            yield return "CREATE TABLE IF NOT EXISTS schema_migration " + columns.Replace("{0}", "TEXT", StringComparison.Ordinal);
        }
    }
}
