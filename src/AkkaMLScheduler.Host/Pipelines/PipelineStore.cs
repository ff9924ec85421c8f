using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts.Api;
using LinqToDB;
using LinqToDB.Async;

namespace AkkaMLScheduler.Host.Pipelines;

/// <summary>The pipelines that users have applied, and what each instance last said of itself. Both in the catalog's database.</summary>
/// <param name="catalog">Whose database.</param>
/// <param name="time">Clock for what is noted.</param>
public sealed class PipelineStore(LakeCatalog catalog, TimeProvider time)
{
    /// <summary>Makes the tables, or brings older ones up to date.</summary>
    public async Task PrepareAsync(CancellationToken ct = default)
    {
        await using var connection = catalog.OpenConnection();
        await Migrations.ApplyAsync(connection, catalog.Settings.Provider, PipelineTables.Migrations, time, ct);
    }

    /// <summary>Stores a pipeline, anew or over its former self.</summary>
    /// <returns>Whether anything changed.</returns>
    public async Task<bool> ApplyAsync(string name, string spec, string by, CancellationToken ct = default)
    {
        await using var connection = catalog.OpenConnection();
        var now = time.GetUtcNow();
        var same = connection.GetTable<PipelineRow>().Where(row => row.Name == name && row.Spec == spec);
        if (await same.AnyAsync(ct)) return false;

        // The clock, so that one that was deleted and applied again has another number too.
        var revision = now.ToUnixTimeMilliseconds();
        await connection.GetTable<PipelineRow>().InsertOrUpdateAsync(
            () => new PipelineRow { Name = name, Spec = spec, Revision = revision, AppliedBy = by, AppliedAt = now },
            row => new PipelineRow { Spec = spec, Revision = row.Revision + 1 > revision ? row.Revision + 1 : revision, AppliedBy = by, AppliedAt = now },
            token: ct);
        return true;
    }

    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync(string name, CancellationToken ct = default)
    {
        await using var connection = catalog.OpenConnection();
        await connection.GetTable<PipelineRunRow>().DeleteAsync(row => row.Pipeline == name, ct);
        return await connection.GetTable<PipelineRow>().DeleteAsync(row => row.Name == name, ct) > 0;
    }

    /// <summary>All pipelines with their runs, by name.</summary>
    public async Task<IReadOnlyList<PipelineView>> ListAsync(CancellationToken ct = default)
    {
        await using var connection = catalog.OpenConnection();
        var runs = (await connection.GetTable<PipelineRunRow>().OrderBy(row => row.Instance).ToListAsync(ct)).ToLookup(row => row.Pipeline);
        return
        [
            .. (await RowsAsync(ct)).Select(row => PipelineSpec.TryParse(row.Spec, out var spec, out var why)
                ? new PipelineView(
                    row.Name, spec.From, spec.Settings.Dataset, spec.Instances, row.AppliedAt, row.AppliedBy,
                    [.. runs[row.Name].Where(run => run.Instance < spec.Instances).Select(View)])
                : new PipelineView(row.Name, $"this program cannot read it: {why}", "", 0, row.AppliedAt, row.AppliedBy, [])),
        ];
    }

    internal async Task<IReadOnlyList<PipelineRow>> RowsAsync(CancellationToken ct = default)
    {
        await using var connection = catalog.OpenConnection();
        return await connection.GetTable<PipelineRow>().OrderBy(row => row.Name).ToListAsync(ct);
    }

    internal async Task ReportAsync(PipelineRunRow run, CancellationToken ct = default)
    {
        await using var connection = catalog.OpenConnection();
        run.UpdatedAt = time.GetUtcNow();
        await connection.InsertOrReplaceAsync(run, token: ct);
    }

    private static PipelineRunView View(PipelineRunRow run) => new(
        run.Instance, run.Node, run.State, run.Message, run.Read, run.Accepted, run.Rejected, run.Filtered, run.PerSecond, run.Lag, run.Failures, run.UpdatedAt);
}
