using System.CommandLine;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster.Projections;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Where a verb finds the catalog: it opens the database itself, also while a cluster works with it.</summary>
internal sealed class CatalogOptions
{
    private readonly NodeOptions _nodes = new();

    public void AddTo(Command command) => _nodes.AddStorageTo(command);

    /// <summary>Opens it; makes one where there is none.</summary>
    public async Task<LakeCatalog> OpenOrMakeAsync(ParseResult parse, CancellationToken ct) => await LakeCatalog.OpenAsync(_nodes.Read(parse).Catalog, ct);

    /// <summary>Opens one that is there.</summary>
    /// <exception cref="UserError">There is none.</exception>
    public async Task<LakeCatalog> OpenAsync(ParseResult parse, CancellationToken ct)
    {
        var settings = _nodes.Read(parse);
        if (await LakeCatalog.ExistsAsync(settings.Catalog, ct))
            return await LakeCatalog.OpenAsync(settings.Catalog, ct);
        var place = settings.Database == CatalogProvider.Sqlite ? $"'{settings.DataDir}'" : "the PostgreSQL database";
        throw new UserError($"there is no catalog in {place}; --data-dir or --postgres says where it is, and 'amls ingest' makes one");
    }

    /// <summary>What is known of jobs in the catalog's database; its tables are made where no node has run yet.</summary>
    public static async Task<ReadTables> JobsAsync(LakeCatalog catalog, CancellationToken ct)
    {
        await using var connection = catalog.OpenConnection();
        await Migrations.ApplyAsync(connection, catalog.Settings.Provider, ReadTablesMigrations.All, TimeProvider.System, ct);
        return new ReadTables(catalog, TimeProvider.System);
    }

    /// <summary>The versions that jobs read which have not ended.</summary>
    public static async Task<IReadOnlySet<DatasetVersion>> ReadByJobsAsync(LakeCatalog catalog, CancellationToken ct)
    {
        var inputs = await (await JobsAsync(catalog, ct)).InputsOfOpenJobsAsync(ct);
        return inputs.Select(input => DatasetVersion.TryParse(input, out var version) ? version : null).OfType<DatasetVersion>().ToHashSet();
    }
}
