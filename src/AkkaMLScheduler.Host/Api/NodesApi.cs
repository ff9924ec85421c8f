using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace AkkaMLScheduler.Host.Api;

/// <summary>Nodes over HTTP: list, cordon, drain, uncordon.</summary>
public static class NodesApi
{
    public static void MapNodes(this IEndpointRouteBuilder app)
    {
        var nodes = app.MapGroup("/api/v1/nodes").WithTags("nodes");
        nodes.MapGet("", (ReadTables tables, CancellationToken ct) => tables.NodesAsync(ct))
            .WithSummary("The nodes that the ledger knows, with what is used on each.");
        MapSet(nodes, "cordon", node => new SchedulerRequests.Cordon(node), "Places nothing more on the node, over its restarts too; what runs there goes on.");
        MapSet(nodes, "drain", node => new SchedulerRequests.Drain(node), "A cordon, and what runs there checkpoints, stops and starts elsewhere.");
        MapSet(nodes, "uncordon", node => new SchedulerRequests.Uncordon(node), "Ends a cordon or a drain.");
    }

    private static void MapSet(RouteGroupBuilder nodes, string verb, Func<string, ISchedulerCommand> request, string summary) =>
        nodes.MapPost("{node}/" + verb, async Task<Results<Ok<SchedulerReplies.NodeSet>, ProblemHttpResult>> (
                string node, SchedulerDesk scheduler, ReadTables tables, CancellationToken ct) =>
                await tables.KnowsNodeAsync(node, ct)
                    ? TypedResults.Ok(await scheduler.SetNodeAsync(request(node), ct))
                    : TypedResults.Problem($"there is no node '{node}'; 'amls get nodes' lists all", statusCode: StatusCodes.Status404NotFound))
            .WithSummary(summary).ProducesProblem(StatusCodes.Status404NotFound);
}
