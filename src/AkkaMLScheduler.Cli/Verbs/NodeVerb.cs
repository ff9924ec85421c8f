using System.CommandLine;
using AkkaMLScheduler.Host;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Starts one node in this process and stays until it is asked to stop, or until the cluster has put it out.</summary>
public static class NodeVerb
{
    public static Command Create()
    {
        var nodes = new NodeOptions();
        var name = new Option<string?>("--name") { Description = "The node's name: stable over restarts, unique in the cluster." };
        var roles = new Option<string[]>("--roles")
        {
            Description = "What the node does: scheduler, worker or both, or lighthouse.",
            AllowMultipleArgumentsPerToken = true,
        };
        var seeds = new Option<string[]>("--seeds")
        {
            Description = "Members to join, as akka.tcp://SYSTEM@HOST:PORT; without any it starts a cluster of its own.",
            AllowMultipleArgumentsPerToken = true,
        };
        var clusterPort = new Option<int?>("--cluster-port") { Description = "TCP port of the cluster's own traffic; 0 takes a free one." };
        var node = new Command("node", "Starts one node in this process and stays; SIGTERM or Ctrl+C makes it leave the cluster in order.");
        nodes.AddTo(node);
        foreach (var verb in ClientVerbs.OfNodes()) node.Subcommands.Add(verb);
        foreach (var option in new Option[] { name, roles, seeds, clusterPort }) node.Options.Add(option);
        node.SetAction(async (parse, ct) =>
        {
            var settings = nodes.Read(parse);
            if (parse.GetValue(name) is { } called) settings = settings with { Name = called };
            if (parse.GetValue(roles) is { Length: > 0 } given) settings = settings with { Roles = Words(given) };
            if (parse.GetValue(seeds) is { Length: > 0 } members) settings = settings with { Seeds = Words(members) };
            if (parse.GetValue(clusterPort) is { } port) settings = settings with { Port = port };
            await using var running = await AmlsNode.StartAsync(settings, ct);
            Console.WriteLine($"{running.Url}  member {running.ClusterAddress}  data in {settings.DataDir}");
            var asked = UpVerb.UntilAsked(ct);
            if (await Task.WhenAny(asked, running.System.WhenTerminated) != asked)
            {
                if (running.LeftInOrder)
                {
                    Console.Error.WriteLine("left the cluster as it was asked to");
                    return ExitCodes.Success;
                }

                Console.Error.WriteLine($"amls: the node left the cluster by itself; {settings.DataDir}/logs tells why");
                return ExitCodes.Failed;
            }

            Console.Error.WriteLine("leaving the cluster");
            return ExitCodes.Success;
        });
        return node;
    }

    private static string[] Words(IEnumerable<string> given) =>
        [.. given.SelectMany(one => one.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
