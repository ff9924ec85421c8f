using System.Text.RegularExpressions;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Cli.Tests;

/// <summary>Nodes as processes of their own, asked to end as a service manager or a kubelet asks.</summary>
public sealed partial class NodeProcessTests
{
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(60);

    [SkippableFact]
    public async Task SIGTERM_makes_a_node_leave_the_cluster_in_order_and_end_with_0()
    {
        Requires.That(!OperatingSystem.IsWindows(), "SIGTERM is not a thing of Windows.");
        using var folder = new TemporaryFolder();
        await using var seed = Amls.Start("node", "--name", "seed", "--roles", "lighthouse", "--port", "0", "--data-dir", folder.File("seed"));
        await seed.UntilSaidAsync("member akka.tcp://");
        var address = MemberAddress().Match(seed.Output).Value;
        await using var node = Amls.Start(
            "node", "--name", "both", "--roles", "scheduler,worker", "--seeds", address, "--port", "0", "--data-dir", folder.File("both"));
        await node.UntilSaidAsync("member akka.tcp://");
        var left = MemberAddress().Match(node.Output).Value;

        await node.TerminateAsync();
        var ended = await node.EndAsync();

        Assert.Equal((ExitCodes.Success, ""), (ended.ExitCode, ended.Error.Replace("leaving the cluster", "").Trim()));
        var log = await UntilRemovedAsync(folder.File("seed", "logs", "seed.log"), left);
        Assert.DoesNotContain("UNREACHABLE", log, StringComparison.OrdinalIgnoreCase);
        await seed.TerminateAsync();
        Assert.Equal(ExitCodes.Success, (await seed.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Certificates_are_made_once_and_let_a_node_begin_a_cluster()
    {
        using var folder = new TemporaryFolder();
        var dir = folder.File("certs");

        var made = await Amls.RunAsync("certs", "init", "--dir", dir, "--ca-only");
        var again = await Amls.RunAsync("certs", "init", "--dir", dir);
        var issued = await Amls.RunAsync("certs", "issue", "--dir", dir, "--node", "node-7", "--host", "127.0.0.1", "node-7.example");

        Assert.Equal((ExitCodes.Success, ExitCodes.BadInput, ExitCodes.Success), (made.ExitCode, again.ExitCode, issued.ExitCode));
        Assert.Contains("it is not overwritten", again.Error);
        Assert.Equal(["ca.crt", "ca.key", "node-7.crt", "node-7.key"], Directory.GetFiles(dir).Select(Path.GetFileName).Order());
        var config = folder.File("tls.conf");
        await File.WriteAllTextAsync(config, $"amls.tls {{\nenabled = true\ncertificate = \"{dir}/node-7.crt\"\nkey = \"{dir}/node-7.key\"\nca = \"{dir}/ca.crt\"\n}}\n");
        await using var node = Amls.Start("node", "--roles", "lighthouse", "--config", config, "--port", "0", "--data-dir", folder.File("data"));
        await node.UntilSaidAsync("member akka.ssl.tcp://");
    }

    /// <summary>The log of a member that has seen another one out, as one that has said goodbye.</summary>
    private static async Task<string> UntilRemovedAsync(string logFile, string member)
    {
        using var limit = new CancellationTokenSource(RemovalLimit);
        while (true)
        {
            using var reader = new StreamReader(new FileStream(logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            var log = await reader.ReadToEndAsync();
            if (log.Split('\n').Any(line => line.Contains("removing confirmed Exiting node", StringComparison.Ordinal) && line.Contains(member, StringComparison.Ordinal)))
                return log;
            if (limit.IsCancellationRequested) Assert.Fail($"{member} was not removed as one that has left within {RemovalLimit}, but:\n{log}");
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    [GeneratedRegex(@"akka\.tcp://\S+")]
    private static partial Regex MemberAddress();
}
