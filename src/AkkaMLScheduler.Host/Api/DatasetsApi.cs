using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AkkaMLScheduler.Host.Api;

/// <summary>Datasets over HTTP.</summary>
public static class DatasetsApi
{
    public static void MapDatasets(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/datasets", (LakeCatalog catalog, CancellationToken ct) => ListAsync(catalog, ct))
            .WithTags("datasets").WithSummary("The newest version of each dataset, with the counts of every record read for it.");

    /// <summary>The catalog's datasets as the API shows them.</summary>
    public static async Task<IReadOnlyList<DatasetView>> ListAsync(LakeCatalog catalog, CancellationToken ct) =>
    [
        .. (await catalog.DatasetsAsync(ct)).Select(d => new DatasetView(
            d.Name, d.Layer.ToString().ToLowerInvariant(), d.Latest.Version, d.Rows, d.Files, d.Bytes, d.Counts.Read, d.Counts.Accepted,
            d.Counts.Rejected, d.Counts.Filtered, d.Counts.Duplicates, d.Created, d.Producer, [.. d.Parents.Select(p => p.ToString())])),
    ];
}
