using System.Net;
using System.Net.Sockets;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>What cannot work is refused at the start, in one line that says what to change.</summary>
public sealed class StartUpTests
{
    [Theory]
    [InlineData("amls.database.provider = oracle", "must be sqlite or postgresql")]
    [InlineData("amls.database.provider = postgresql", "connection-string is empty")]
    [InlineData("amls.node.host = 10.0.0.1", "binds to loopback only")]
    [InlineData("amls.node.host = nowhere", "must be an IP address")]
    [InlineData("amls.node.roles = [boss]", "the roles are scheduler and worker")]
    [InlineData("amls.node.name = \"Node One\"", "amls.node.name")]
    [InlineData("amls.worker.memory = lots", "must be auto or a size")]
    [InlineData("amls.worker.gpus = some", "amls.worker.gpus is 'some'; it must be auto or a number")]
    [InlineData("amls.worker.stop-grace = 2h", "amls.worker.stop-grace is 02:00:00; it must be from 0s to 1h")]
    [InlineData("amls.worker.log-max-bytes = 1KiB", "must be at least 64KiB")]
    [InlineData("amls.worker.log-max-bytes = much", "it must be a size")]
    [InlineData("amls.scheduler.order = lifo", "lifo")]
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
