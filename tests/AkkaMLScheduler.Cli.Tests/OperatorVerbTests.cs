using System.Text.Json;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Cli.Tests;

/// <summary>The operators' verbs, as lines and as JSON, of a running node.</summary>
public sealed class OperatorVerbTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private Amls _up = null!;

    public async Task InitializeAsync()
    {
        _up = Amls.Start("up", "--data-dir", _folder.File("data"), "--port", $"{_port}", "--workers", "1");
        await _up.UntilSaidAsync($"http://127.0.0.1:{_port}");
    }

    public async Task DisposeAsync()
    {
        await _up.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_verbs_print_the_lines_that_operators_know()
    {
        var show = await VerbAsync("cluster", "show");
        var address = (await VerbAsync("cluster", "leader")).Output.Trim();

        Assert.Matches(@"(?m)^akka\.tcp://amls@127\.0\.0\.1:\d+ \| \[node-scheduler-1,scheduler\] \| up \|  \| \d+\.\d+\.\d+", show.Output);
        Assert.EndsWith("Count: 2 nodes\n", show.Output);
        Assert.Matches(@"^akka\.tcp://amls@127\.0\.0\.1:\d+$", address);
        Assert.Contains("[node-scheduler-1,scheduler]", (await VerbAsync("cluster", "status")).Output);
        Assert.Matches(
            @"(?m)^akka\.tcp://amls@127\.0\.0\.1:\d+ \| \[ingest,node-worker-1,worker\] \| up \|  \| \S+ \[coordinator\]\(worker\) \| shards: 1 \| entities: 1$",
            (await VerbAsync("cluster-sharding", "region-stats", "-r", "worker")).Output);
        Assert.Contains("job | [scheduler] | region\n", (await VerbAsync("cluster-sharding", "list")).Output);
        Assert.Equal("akka://amls\n", (await VerbAsync("actor", "system")).Output);
        Assert.StartsWith("/system\n", (await VerbAsync("actor", "hierarchy", "-s", "/system", "-d", "1")).Output);
        Assert.Equal("no member is unreachable\n", (await VerbAsync("cluster", "down-unreachable")).Output);
        var json = JsonSerializer.Deserialize((await VerbAsync("cluster", "show", "-o", "json")).Output, ApiJson.Default.ClusterView)!;
        Assert.Equal((2, "amls"), (json.Members.Count, json.System));
    }

    [Fact]
    public async Task An_unknown_member_is_an_error_of_one_line()
    {
        var left = await VerbAsync("cluster", "leave", "akka.tcp://amls@127.0.0.1:1");

        Assert.Equal(ExitCodes.BadInput, left.ExitCode);
        Assert.Contains("there is no member akka.tcp://amls@127.0.0.1:1", left.Error);
        Assert.DoesNotContain("   at ", left.Error);
    }

    private Task<Amls.Finished> VerbAsync(params string[] arguments) =>
        Amls.RunAsync([.. arguments, "--server", $"http://127.0.0.1:{_port}", "--data-dir", _folder.File("data")]);
}
