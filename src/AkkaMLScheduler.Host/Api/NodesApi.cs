using AkkaMLScheduler.Cluster.Projections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AkkaMLScheduler.Host.Api;

/// <summary>Nodes over HTTP.</summary>
public static class NodesApi
{
    public static void MapNodes(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/nodes", (ReadTables tables, CancellationToken ct) => tables.NodesAsync(ct))
            .WithTags("nodes").WithSummary("The nodes that the ledger knows, with what is used on each.");
}
