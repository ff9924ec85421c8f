using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using Spectre.Console.Rendering;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>What operators ask of a cluster, in two levels: <c>cluster show</c>, <c>cluster-sharding region-stats</c>, <c>actor hierarchy</c>.</summary>
public static class OperatorVerbs
{
    /// <summary>Without the short form of the other verbs: <c>-s</c> is a path here.</summary>
    private static readonly Option<string> Server = new("--server")
    {
        Description = "Address of the HTTP API of the node to ask, workers too; also from AMLS_SERVER.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("AMLS_SERVER") is { Length: > 0 } address ? address : ApiClient.DefaultServer,
    };

    private static readonly Option<OutputFormat> Output = new("--output", "-o") { Description = "table or json." };

    public static IEnumerable<Command> All() => [Cluster(), Sharding(), Actors()];

    private static Command Cluster()
    {
        var cluster = new Command("cluster", "The members of the cluster, as the node asked sees them.");
        cluster.Subcommands.Add(Show("show", "All members.", _ => "", ApiJson.Default.ClusterView, OperatorLines.Cluster));
        cluster.Subcommands.Add(Show("status", "The node asked.", _ => "status", ApiJson.Default.MemberView, OperatorLines.Status));
        cluster.Subcommands.Add(Show("leader", "The leader's address.", _ => "leader", ApiJson.Default.LeaderView, OperatorLines.Leader));
        cluster.Subcommands.Add(Act("join", "The node asked joins the cluster of the member at the address.", ArgumentArity.ExactlyOne));
        cluster.Subcommands.Add(Act("leave", "A member leaves in order; without an address, the node asked.", ArgumentArity.ZeroOrOne));
        cluster.Subcommands.Add(Act("down", "Takes a member out without asking it: for one that is known to be dead.", ArgumentArity.ExactlyOne));
        cluster.Subcommands.Add(Act("down-unreachable", "The same for all that are unreachable.", ArgumentArity.Zero));
        return cluster;
    }

    private static Command Sharding()
    {
        var region = new Option<string>("--region", "-r") { Description = "The kind of entity, such as job.", Required = true };
        var sharding = new Command("cluster-sharding", "Where jobs and workers are.");
        sharding.Subcommands.Add(Show("list", "The kinds of sharded entities.", _ => "sharding", ApiJson.Default.RegionsView, OperatorLines.Regions));
        sharding.Subcommands.Add(Show(
            "region-stats", "Shards and entities of one kind by member.",
            parse => $"sharding/{Uri.EscapeDataString(parse.GetValue(region)!)}", ApiJson.Default.RegionStatsView, OperatorLines.RegionStats, region));
        return sharding;
    }

    private static Command Actors()
    {
        var start = new Option<string?>("--start", "-s") { Description = "Path to begin at. Default: /user." };
        var depth = new Option<int>("--depth", "-d") { Description = "Levels below it.", DefaultValueFactory = _ => OperatorRequests.DefaultDepth };
        var actor = new Command("actor", "The actors of the node asked.");
        actor.Subcommands.Add(Show(
            "system", "The actor system.", _ => "actors/system", ApiJson.Default.ActorSystemView, view => OperatorLines.Lines([view.Address])));
        actor.Subcommands.Add(Show(
            "hierarchy", "Actors as paths, one a line.",
            parse => string.Create(CultureInfo.InvariantCulture, $"actors?depth={parse.GetValue(depth)}")
                + (parse.GetValue(start) is { } path ? $"&path={Uri.EscapeDataString(path)}" : ""),
            ApiJson.Default.HierarchyView, OperatorLines.Hierarchy, start, depth));
        return actor;
    }

    private static ApiClient Client(ParseResult parse)
    {
        var server = ApiClient.Address(parse.GetValue(Server)!);
        return new ApiClient(server, TokenOptions.Find(parse, server));
    }

    private static Command Show<T>(
        string name, string description, Func<ParseResult, string> path, JsonTypeInfo<T> json, Func<T, IRenderable> render, params Option[] options)
    {
        var verb = new Command(name, description);
        foreach (var option in options.Append(Output).Append(Server).Concat(TokenOptions.All)) verb.Options.Add(option);
        verb.SetAction(async (parse, ct) =>
        {
            using var client = Client(parse);
            parse.GetValue(Output).Write(await client.ClusterAsync(path(parse), json, ct), json, render);
            return ExitCodes.Success;
        });
        return verb;
    }

    private static Command Act(string name, string description, ArgumentArity arity)
    {
        var address = new Argument<string?>("address") { Description = "As akka.tcp://SYSTEM@HOST:PORT.", Arity = arity };
        var verb = new Command(name, description);
        if (arity.MaximumNumberOfValues > 0) verb.Arguments.Add(address);
        foreach (var option in new Option[] { Output, Server }.Concat(TokenOptions.All)) verb.Options.Add(option);
        verb.SetAction(async (parse, ct) =>
        {
            using var client = Client(parse);
            var done = await client.OperateAsync(name, arity.MaximumNumberOfValues > 0 ? parse.GetValue(address) : null, ct);
            parse.GetValue(Output).Write(done, ApiJson.Default.Done, d => OperatorLines.Lines([d.Text]));
            return ExitCodes.Success;
        });
        return verb;
    }
}
