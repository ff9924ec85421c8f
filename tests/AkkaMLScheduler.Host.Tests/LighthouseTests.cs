using System.Collections.Concurrent;
using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Host.Membership;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>A cluster whose oldest member knows nothing of ours.</summary>
public sealed class LighthouseTests
{
    /// <summary>All that a stock Lighthouse is: Akka.Cluster, a fixed port, and the split brain settings of those who join.</summary>
    private const string Stock = """
        akka {
          loglevel = INFO
          stdout-loglevel = OFF
          loggers = []
          actor.provider = cluster
          remote.dot-netty.tcp {
            hostname = "127.0.0.1"
            port = 0
          }
          cluster {
            roles = [lighthouse]
            downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
            split-brain-resolver {
              keep-majority.role = scheduler
              stable-after = 5s
              down-all-when-unstable = 15s
            }
          }
        }
        """;

    [Fact]
    public async Task A_stock_Lighthouse_seeds_the_cluster_and_a_job_runs_to_its_end_without_an_error_anywhere()
    {
        using var folder = new TemporaryFolder();
        using var lighthouse = ActorSystem.Create("amls", ConfigurationFactory.ParseString(Stock));
        var heard = new ConcurrentQueue<string>();
        lighthouse.EventStream.Subscribe(lighthouse.ActorOf(Props.Create(() => new Listener(heard))), typeof(LogEvent));
        var cluster = Akka.Cluster.Cluster.Get(lighthouse);
        await cluster.JoinAsync(cluster.SelfAddress);

        await using (var nodes = await RunAJobAsync(folder.Path, cluster.SelfAddress.ToString()))
        {
            Assert.DoesNotContain(heard, line => line.StartsWith("Error", StringComparison.Ordinal) || line.Contains("serializer", StringComparison.OrdinalIgnoreCase));
            Assert.NotEmpty(heard);
            Assert.Empty(ErrorsIn(folder.Path));
        }

        await lighthouse.Terminate();
    }

    [Fact]
    public async Task A_lighthouse_of_ours_seeds_the_cluster_needs_no_database_and_answers_for_its_health_alone()
    {
        using var folder = new TemporaryFolder();
        var settings = TestCluster.Settings(folder.File("lighthouse"), postgres: "Host=127.0.0.1;Port=1;Username=nobody;Database=none");
        await using var lighthouse = await AmlsNode.StartAsync(settings with { Name = "lighthouse-1", Roles = ["lighthouse"] });
        using var http = new HttpClient { BaseAddress = new Uri(lighthouse.Url) };

        await using var nodes = await RunAJobAsync(folder.File("nodes"), lighthouse.ClusterAddress);

        Assert.Equal("Healthy", await http.GetStringAsync("healthz/live"));
        Assert.Equal("Healthy", await http.GetStringAsync("healthz/ready"));
        foreach (var path in new[] { "api/v1/jobs", "metrics", "openapi/v1.json" })
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(path)).StatusCode);
        Assert.Empty(ErrorsIn(folder.File("nodes")).Concat(ErrorsIn(folder.File("lighthouse"))));
        Assert.Equal(["logs"], Directory.GetFileSystemEntries(folder.File("lighthouse")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_node_that_would_split_otherwise_is_not_let_in_and_leaves_the_others_alone()
    {
        using var folder = new TemporaryFolder();
        await using var first = await AmlsNode.StartAsync(Member(folder.Path, "first", ""));

        var error = await Assert.ThrowsAsync<SettingsException>(() => AmlsNode.StartAsync(
            Member(folder.Path, "second", "akka.cluster.split-brain-resolver.stable-after = 30s") with { Seeds = [first.ClusterAddress] }));

        Assert.Contains("stable-after=30s,unstable=15s] here, [sbr:keep-majority,role=scheduler,stable-after=5s,unstable=15s] there", error.Message);
        await using var third = await AmlsNode.StartAsync(
            Member(folder.Path, "third", "akka.cluster.split-brain-resolver.stable-after = 5000ms") with { Seeds = [first.ClusterAddress] });
        var members = Akka.Cluster.Cluster.Get(first.System).State.Members;
        Assert.DoesNotContain(members, m => SplitBrainRole.In(m)!.Contains("30s"));
        Assert.Contains(members, m => m.Address == Akka.Cluster.Cluster.Get(third.System).SelfAddress);
    }

    private static NodeSettings Member(string folder, string name, string overrides) =>
        NodeSettings.Load(overrides) with { DataDir = folder, HttpPort = 0, Name = name, Roles = ["lighthouse"] };

    /// <returns>The cluster as it is when the job has ended. Connections that end when nodes do are errors to the library.</returns>
    private static async Task<TestCluster> RunAJobAsync(string folder, string seed)
    {
        var cluster = await TestCluster.StartAsync(TestCluster.Settings(folder) with { Seeds = [seed] }, workers: 1);
        await cluster.SubmitAsync("seeded", TestCluster.Sleep(4));
        Assert.Equal(JobStatus.Succeeded, (await cluster.UntilEndedAsync("seeded")).Job.Status);
        return cluster;
    }

    private static IEnumerable<string> ErrorsIn(string dataDir) =>
        Directory.GetFiles(Path.Combine(dataDir, "logs"), "*.log").SelectMany(ReadShared).Where(line => line.Contains("[ERR]") || line.Contains("[FTL]"));

    private static string[] ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd().Split('\n');
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentQueue<string> heard) =>
            Receive<LogEvent>(e => heard.Enqueue($"{e.LogLevel()}: {e.LogSource}: {e.Message} {e.Cause}"));
    }
}
