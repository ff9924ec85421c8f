using System.CommandLine;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Host.Security;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Makes the private authority of a cluster and the certificates of its nodes.</summary>
public static class CertsVerb
{
    private const string DefaultNode = "node-1";
    private static readonly string[] DefaultHosts = ["localhost", "127.0.0.1", "::1"];

    public static Command Create()
    {
        var certs = new Command("certs", "Makes the certificates by which the nodes of a cluster know each other (amls.tls).");
        certs.Subcommands.Add(Init());
        certs.Subcommands.Add(Issue());
        return certs;
    }

    private static Command Init()
    {
        var dir = Dir();
        var node = Node($"Also issues this node's certificate; {DefaultNode} by default.");
        var host = Host();
        var only = new Option<bool>("--ca-only") { Description = "Only the authority; certificates come by 'amls certs issue'." };
        var init = new Command("init", "Makes a new authority (ca.crt, ca.key) and a first certificate. Overwrites nothing.") { dir, node, host, only };
        init.SetAction(parse =>
        {
            var caOnly = parse.GetValue(only);
            if (caOnly && (parse.GetValue(node) is not null || parse.GetValue(host) is { Length: > 0 }))
                throw new UserError("--ca-only goes with neither --node nor --host: it issues no certificate");
            var name = NameOf(parse.GetValue(node) ?? DefaultNode);
            var now = TimeProvider.System.GetUtcNow();
            using var authority = PrivateAuthority.Create(parse.GetValue(dir)!, now);
            Console.WriteLine($"{Path.Combine(parse.GetValue(dir)!, PrivateAuthority.CertificateFile)}  give it to every node as amls.tls.ca");
            Console.WriteLine($"{Path.Combine(parse.GetValue(dir)!, PrivateAuthority.KeyFile)}  whoever has it can let nodes in: keep it off the nodes");
            if (!caOnly) IssueTo(authority, parse.GetValue(dir)!, name, parse.GetValue(host), now);
            return ExitCodes.Success;
        });
        return init;
    }

    private static Command Issue()
    {
        var dir = Dir();
        var node = Node("The node's name; its files are called so.");
        node.Required = true;
        var host = Host();
        var issue = new Command("issue", "Issues the certificate of one more node, by the authority in the folder.") { dir, node, host };
        issue.SetAction(parse =>
        {
            var name = NameOf(parse.GetValue(node)!);
            using var authority = PrivateAuthority.Open(parse.GetValue(dir)!);
            IssueTo(authority, parse.GetValue(dir)!, name, parse.GetValue(host), TimeProvider.System.GetUtcNow());
            return ExitCodes.Success;
        });
        return issue;
    }

    private static void IssueTo(PrivateAuthority authority, string dir, string node, string[]? hosts, DateTimeOffset now)
    {
        authority.Issue(node, hosts is { Length: > 0 } ? hosts : DefaultHosts, now);
        Console.WriteLine($"{Path.Combine(dir, node)}.crt  amls.tls.certificate of {node}");
        Console.WriteLine($"{Path.Combine(dir, node)}.key  amls.tls.key of {node}");
    }

    private static string NameOf(string node) =>
        JobId.IsValid(node) && node != "ca" ? node : throw new UserError($"--node '{node}' must be letters a to z, digits and '-', at most 63, and not 'ca'");

    private static Option<string> Dir() => new("--dir") { Description = "Folder of the authority and of what it issued.", Required = true };

    private static Option<string?> Node(string description) => new("--node") { Description = description };

    private static Option<string[]> Host() => new("--host")
    {
        Description = $"Names and addresses by which other members reach the node; *.NAME for many. Default: {string.Join(", ", DefaultHosts)}.",
        AllowMultipleArgumentsPerToken = true,
    };
}
