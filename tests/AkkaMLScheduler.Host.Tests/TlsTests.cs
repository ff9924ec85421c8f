using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Host.Security;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>Who is let in when connections between members are encrypted.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly TimeSpan LogLimit = TimeSpan.FromSeconds(30);
    private static readonly string[] Loopback = ["127.0.0.1"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nodes_of_one_authority_form_a_cluster_that_runs_jobs()
    {
        var settings = TestCluster.Settings(_folder.File("data")) with { Tls = Issue("ours", "node-1") };
        await using var cluster = await TestCluster.StartAsync(settings, workers: 1);
        await cluster.SubmitAsync("sealed", TestCluster.Sleep(4));

        Assert.Equal(JobStatus.Succeeded, (await cluster.UntilEndedAsync("sealed")).Job.Status);
        Assert.StartsWith("akka.ssl.tcp://", cluster.Nodes.Workers[0].ClusterAddress);
    }

    [Fact]
    public async Task A_node_of_another_authority_and_one_without_TLS_are_refused_and_the_log_says_why()
    {
        var ours = Issue("ours", "first");
        await using var first = await AmlsNode.StartAsync(Member("first", ours));
        var port = first.ClusterPort;

        var stranger = Assert.ThrowsAsync<SettingsException>(() => AmlsNode.StartAsync(
            Member("stranger", Issue("theirs", "stranger")) with { Seeds = [first.ClusterAddress] }));
        var plain = Assert.ThrowsAsync<SettingsException>(() => AmlsNode.StartAsync(
            Member("plain", TlsSettings.Off) with { Seeds = [$"akka.tcp://amls@127.0.0.1:{port}"] }));

        foreach (var refused in new[] { stranger, plain }) Assert.Contains("could not join the cluster", (await refused).Message);
        Assert.Single(Akka.Cluster.Cluster.Get(first.System).State.Members);
        await UntilLoggedAsync("first", "TLS handshake");
        await UntilLoggedAsync("stranger", "the certificate was issued by another authority");
    }

    [Theory]
    [InlineData(true, "the certificate was issued by another authority")]
    [InlineData(false, "did not provide a certificate")]
    public async Task A_caller_that_trusts_anyone_is_hung_up_on_without_a_certificate_of_the_authority(bool presentsOne, string expected)
    {
        await using var first = await AmlsNode.StartAsync(Member("first", Issue("ours", "first")));
        var theirs = Issue("theirs", "caller");
        using var certificate = X509Certificate2.CreateFromPemFile(theirs.Certificate, theirs.Key);
        using var caller = new TcpClient();
        await caller.ConnectAsync(IPAddress.Loopback, first.ClusterPort);
        await using var tls = new SslStream(caller.GetStream());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "127.0.0.1",
                    ClientCertificates = presentsOne ? [certificate] : [],
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                },
                limit.Token);
            await tls.ReadExactlyAsync(new byte[1], limit.Token);
        });

        await UntilLoggedAsync("first", expected);
    }

    [Fact]
    public async Task A_seed_whose_certificate_is_for_another_host_is_not_spoken_to()
    {
        await using var misnamed = await AmlsNode.StartAsync(Member("misnamed", Issue("ours", "misnamed", "elsewhere.example")));

        await Assert.ThrowsAsync<SettingsException>(() => AmlsNode.StartAsync(
            Member("caller", Issue("ours", "caller")) with { Seeds = [misnamed.ClusterAddress] }));

        await UntilLoggedAsync("caller", "its certificate is for another host");
        Assert.Single(Akka.Cluster.Cluster.Get(misnamed.System).State.Members);
    }

    [Fact]
    public void A_certificate_that_others_would_refuse_is_refused_at_the_start()
    {
        var ours = Issue("ours", "node-1");
        var theirs = Issue("theirs", "node-1");

        Assert.Contains("issued by another authority", Refusal(ours with { Authority = theirs.Authority }));
        Assert.Contains("valid from", Refusal(Issue("past", "node-1", at: Now.AddDays(-4000))));
        Assert.Contains("amls.tls.certificate", Refusal(ours with { Key = theirs.Key }));
        Assert.Contains("amls.tls.certificate", Refusal(ours with { Key = _folder.File("no-such-key") }));
    }

    [Fact]
    public void Nothing_is_overwritten_and_keys_are_their_owners_alone()
    {
        var ours = Issue("ours", "node-1");

        Assert.Contains("not overwritten", Assert.Throws<SettingsException>(() => PrivateAuthority.Create(_folder.File("ours"), Now)).Message);
        using var authority = PrivateAuthority.Open(_folder.File("ours"));
        Assert.Contains("not overwritten", Assert.Throws<SettingsException>(() => authority.Issue("node-1", Loopback, Now)).Message);
        Assert.Contains("neither a host's name nor", Assert.Throws<SettingsException>(() => authority.Issue("node-2", ["no host"], Now)).Message);
        Assert.Contains("no authority", Assert.Throws<SettingsException>(() => PrivateAuthority.Open(_folder.File("empty"))).Message);
        if (OperatingSystem.IsWindows()) return;
        foreach (var key in new[] { ours.Key, _folder.File("ours", PrivateAuthority.KeyFile) })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
    }

    private static string Refusal(TlsSettings tls) => Assert.Throws<SettingsException>(() => PeerTrust.Load(tls)).Message;

    private TlsSettings Issue(string authority, string node, string host = "127.0.0.1", DateTimeOffset? at = null)
    {
        var folder = _folder.File(authority);
        using (var ca = Directory.Exists(folder) ? PrivateAuthority.Open(folder) : PrivateAuthority.Create(folder, at ?? Now))
            ca.Issue(node, [host], at ?? Now);
        return new TlsSettings(true, Path.Combine(folder, $"{node}.crt"), Path.Combine(folder, $"{node}.key"), "", Path.Combine(folder, PrivateAuthority.CertificateFile));
    }

    private NodeSettings Member(string name, TlsSettings tls) =>
        TestCluster.Settings(_folder.File("data")) with { Name = name, Roles = ["lighthouse"], Tls = tls };

    /// <summary>The log is written behind the node's back; it may come a moment later than what it tells of.</summary>
    private async Task UntilLoggedAsync(string node, string words)
    {
        using var limit = new CancellationTokenSource(LogLimit);
        while (true)
        {
            using var reader = new StreamReader(new FileStream(
                _folder.File("data", "logs", $"{node}.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            var log = await reader.ReadToEndAsync();
            if (log.Contains(words, StringComparison.Ordinal)) return;
            if (limit.IsCancellationRequested) Assert.Fail($"The log of {node} does not say '{words}', but:\n{log}");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }
}
