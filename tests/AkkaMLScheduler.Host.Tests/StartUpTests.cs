using System.Net;
using System.Net.Sockets;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>What cannot work is refused at the start, in one line that says what to change.</summary>
public sealed class StartUpTests
{
    [Theory]
    [InlineData("amls.database.provider = oracle", "must be sqlite or postgresql")]
    [InlineData("amls.database.provider = postgresql", "connection-string is empty")]
    [InlineData("amls.node.host = 10.0.0.1", "binds to loopback only")]
    [InlineData("amls.node.roles = [lighthouse, worker]", "a lighthouse hosts nothing else")]
    [InlineData("amls.node.roles = []", "amls.node.roles is empty")]
    [InlineData("amls.node.seeds = [\"akka.tcp://other@127.0.0.1:4053\"]", "is of the system 'other', this node of 'amls'")]
    [InlineData("amls.node.seeds = [\"akka.ssl.tcp://amls@127.0.0.1:4053\"]", "speaks akka.ssl.tcp, this node akka.tcp")]
    [InlineData("amls.node.seeds = [\"lighthouse:4053\"]", "write akka.tcp://amls@HOST:PORT")]
    [InlineData("amls.tls { enabled = on\n certificate = x\n ca = /no/such/ca }\n amls.node.host = 0.0.0.0", "set amls.node.public-host")]
    [InlineData("amls.tls { enabled = on }", "without amls.tls.certificate")]
    [InlineData("amls.tls { enabled = on\n certificate = x\n ca = /no/such/ca }", "amls.tls.ca '/no/such/ca' cannot be used")]
    [InlineData("akka.cluster.sharding.role = \"\"", "akka.cluster.sharding.role is ''")]
    [InlineData("akka.cluster.singleton.role = lighthouse", "akka.cluster.singleton.role is 'lighthouse'")]
    [InlineData("akka.cluster.pub-sub.role = \"\"", "akka.cluster.pub-sub.role")]
    [InlineData("akka.cluster.distributed-data.role = \"\"", "akka.cluster.distributed-data.role")]
    [InlineData("akka.cluster.client.receptionist.role = \"\"", "akka.cluster.client.receptionist.role")]
    [InlineData("akka.cluster.downing-provider-class = \"\"", "a dead member would never be removed")]
    [InlineData("akka.cluster.auto-down-unreachable-after = 10s", "makes two clusters of one")]
    [InlineData("akka.cluster.split-brain-resolver.active-strategy = keep-most", "the strategies are keep-majority")]
    [InlineData("akka.cluster.split-brain-resolver.keep-majority.role = boss", "'boss', which no member has")]
    [InlineData("akka.actor.serialization-settings.allow-unregistered-types = on", "a peer could name any type")]
    [InlineData("akka.cluster.split-brain-resolver.stable-after = soon", "a setting of akka has a value of the wrong kind")]
    [InlineData("akka.actor.provider = remote", "akka.actor.provider is 'remote'")]
    [InlineData("akka.coordinated-shutdown.phases.service-requests-done.timeout = 5m", "an orderly stop may take 360 s by akka.coordinated-shutdown.phases")]
    [InlineData("amls.node.stop-grace = 20s", "amls.node.stop-grace allows 20 s")]
    [InlineData("amls.node.host = nowhere", "must be an IP address")]
    [InlineData("amls.node.roles = [boss]", "the roles are scheduler, worker, ingest, lighthouse")]
    [InlineData("amls.node.name = \"Node One\"", "amls.node.name")]
    [InlineData("amls.worker.memory = lots", "must be auto or a size")]
    [InlineData("amls.worker.gpus = some", "amls.worker.gpus is 'some'; it must be auto or a number")]
    [InlineData("amls.worker.stop-grace = 2h", "amls.worker.stop-grace is 02:00:00; it must be from 0s to 1h")]
    [InlineData("amls.worker.log-max-bytes = 1KiB", "must be at least 64KiB")]
    [InlineData("amls.worker.log-max-bytes = much", "it must be a size")]
    [InlineData("amls.scheduler.order = lifo", "lifo")]
    [InlineData("amls.scheduler.queues { vision { wieght = 2 } }", "there is no setting 'wieght' in amls.scheduler.queues.\"vision\"; did you mean 'weight'?")]
    [InlineData("amls.scheduler.queues { vision = 2 }", "amls.scheduler.queues.\"vision\" must be a section")]
    [InlineData("amls.scheduler.queues { vision { weight = 0 } }", "queue vision has weight 0")]
    [InlineData("amls.scheduler.queues { vision { quota { gpu = 1.5 } } }", "\"vision\".quota.gpu is '1.5'; it must be a whole number")]
    [InlineData("amls.scheduler.queues { vision { quota = { gpu = 1 }, guarantee = { gpu = 2 } } }", "queue vision is guaranteed more")]
    [InlineData("amls.http.port = many", "amls")]
    [InlineData("amls.scheduler.recovery-grace = soon", "amls")]
    [InlineData("amls.worker.simulated-gpu = 2", "there is no setting 'amls.worker.simulated-gpu'; did you mean 'simulated-gpus'?")]
    [InlineData("amsl.http.port = 1", "there is no section 'amsl'")]
    public void A_setting_that_cannot_be_used_is_named(string hocon, string expected) =>
        Assert.Contains(expected, Assert.Throws<SettingsException>(() => NodeSettings.Load(hocon)).Message);

    [Fact]
    public void A_label_may_have_any_name() =>
        Assert.Equal("a", NodeSettings.Load("amls.worker.labels { rack = a }").Labels["rack"]);

    [Fact]
    public void A_queue_is_read_under_its_path()
    {
        var queue = Assert.Single(NodeSettings.Load(
            "amls.scheduler.queues { \"research/vision\" { weight = 3, guarantee = { gpu = 1 }, quota = { cpu = 64, memory = 1GiB } } }").Scheduler.Queues);

        Assert.Equal(("research/vision", 3, new Resources(0, 0, 1000)), (queue.Queue, queue.Weight, queue.Guarantee!.Value));
        Assert.Equal((64_000, 1L << 30), (queue.Quota!.Value.MilliCpu, queue.Quota.Value.MemoryBytes));
        Assert.InRange(queue.Quota.Value.MilliGpu, 1_000_000_000, long.MaxValue);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var error = await Assert.ThrowsAsync<SettingsException>(
            () => AmlsNode.StartAsync(TestCluster.Settings(folder.Path) with { HttpPort = port }));

        Assert.Contains($"HTTP {port}", error.Message);
        Assert.DoesNotContain("\n", error.Message);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_named_without_its_password()
    {
        using var folder = new TemporaryFolder();
        var connection = $"Host=127.0.0.1;Port={FreePort.Next()};Username=amls;Password=secret-word;Database=amls;Timeout=2";

        var error = await Assert.ThrowsAsync<SettingsException>(() => AmlsNode.StartAsync(TestCluster.Settings(folder.Path, postgres: connection)));

        Assert.Contains("127.0.0.1", error.Message);
        Assert.DoesNotContain("secret-word", error.Message);
        Assert.DoesNotContain("\n", error.Message);
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_named()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("not-a-folder");
        await File.WriteAllTextAsync(file, "");

        var error = await Assert.ThrowsAsync<SettingsException>(() => AmlsNode.StartAsync(TestCluster.Settings(file)));

        Assert.Contains(file, error.Message);
    }
}
