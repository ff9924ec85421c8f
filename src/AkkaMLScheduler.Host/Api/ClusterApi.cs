using Akka.Actor;
using Akka.Hosting;
using AkkaMLScheduler.Cluster.Operations;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AkkaMLScheduler.Host.Api;

/// <summary>The operators' verbs over HTTP, on every node: about the cluster as that node sees it.</summary>
public static class ClusterApi
{
    /// <summary>Above what the slowest verb takes by its own limits.</summary>
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(8);

    public static void MapCluster(this IEndpointRouteBuilder app)
    {
        var cluster = app.MapGroup("/api/v1/cluster").WithTags("cluster");
        Get<ClusterView, ClusterView>(cluster, "", new OperatorRequests.ShowCluster(), all => all, "The members.");
        Get<ClusterView, MemberView>(
            cluster, "status", new OperatorRequests.ShowCluster(), all => all.Members.FirstOrDefault(m => m.Address == all.Self), "The member that answers.");
        Get<ClusterView, LeaderView>(cluster, "leader", new OperatorRequests.ShowCluster(), all => new LeaderView(all.Leader), "The leader's address.");
        Get<ClusterView, ActorSystemView>(
            cluster, "actors/system", new OperatorRequests.ShowCluster(), all => new ActorSystemView($"akka://{all.System}"), "The actor system.");
        Get<RegionsView, RegionsView>(cluster, "sharding", new OperatorRequests.ListRegions(), all => all, "The kinds of sharded entities.");
        cluster.MapGet("sharding/{region}", (string region, IActorRegistry registry, CancellationToken ct) =>
                AskAsync<RegionStatsView, RegionStatsView>(registry, new OperatorRequests.ShowRegion(region), view => view, ct))
            .WithSummary("Where the entities of one kind are.").Produces<RegionStatsView>().ProducesProblem(StatusCodes.Status409Conflict);
        cluster.MapGet("actors", (IActorRegistry registry, CancellationToken ct, string? path, int depth = OperatorRequests.DefaultDepth) =>
                AskAsync<HierarchyView, HierarchyView>(registry, new OperatorRequests.ShowHierarchy(path, depth), view => view, ct))
            .WithSummary("The actors of this node, as paths.").Produces<HierarchyView>().ProducesProblem(StatusCodes.Status409Conflict);
        Post(cluster, "join", address => address is null ? null : new OperatorRequests.Join(address), "This node joins the cluster of the member at the address.");
        Post(cluster, "leave", address => new OperatorRequests.Leave(address), "A member leaves in order; without an address, this one.");
        Post(cluster, "down", address => address is null ? null : new OperatorRequests.Down(address), "Takes a member out without asking it.");
        Post(cluster, "down-unreachable", _ => new OperatorRequests.DownUnreachable(), "The same for all that are unreachable.");
    }

    private static void Get<TReply, TView>(
        RouteGroupBuilder cluster, string path, IOperatorRequest request, Func<TReply, TView?> view, string summary)
        where TView : class =>
        cluster.MapGet(path, (IActorRegistry registry, CancellationToken ct) => AskAsync(registry, request, view, ct))
            .WithSummary(summary).Produces<TView>();

    private static void Post(RouteGroupBuilder cluster, string verb, Func<string?, IOperatorRequest?> request, string summary) =>
        cluster.MapPost(verb, (string? address, IActorRegistry registry, CancellationToken ct) => request(address) is { } asked
                ? AskAsync<OperatorReplies.Done, OperatorReplies.Done>(registry, asked, done => done, ct)
                : Task.FromResult<IResult>(TypedResults.Problem("an address is needed, as ?address=akka.tcp://SYSTEM@HOST:PORT", statusCode: StatusCodes.Status400BadRequest)))
            .WithSummary(summary).Produces<OperatorReplies.Done>().ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> AskAsync<TReply, TView>(
        IActorRegistry registry, IOperatorRequest request, Func<TReply, TView?> view, CancellationToken ct)
        where TView : class
    {
        try
        {
            return await registry.Get<OperatorActor>().Ask<object>(request, AskTimeout, ct) switch
            {
                TReply reply when view(reply) is { } shown => TypedResults.Ok(shown),
                OperatorReplies.Refused refused => TypedResults.Problem(refused.Reason, statusCode: StatusCodes.Status409Conflict),
                _ => TypedResults.Problem("this node is not a member of a cluster yet", statusCode: StatusCodes.Status409Conflict),
            };
        }
        catch (AskTimeoutException)
        {
            return TypedResults.Problem($"this node's operator did not answer within {AskTimeout.TotalSeconds:F0} s", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
