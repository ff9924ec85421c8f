using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace AkkaMLScheduler.Testing;

/// <summary>
/// A real Kafka broker (0.9, the newest that can be had without a download from its makers) with its ZooKeeper, each a process of its own
/// on a free loopback port, its log on disk. <c>AMLS_KAFKA_HOME</c> names the folder that has <c>libs</c> and <c>config</c>.
/// </summary>
public sealed class KafkaBroker : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    /// <summary>ZooKeeper takes a broker that was killed for alive so long, and lets no other one take its place; see server.properties.</summary>
    private static readonly TimeSpan SessionEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryFolder _folder = new();
    private readonly int _zooKeeperPort = FreePort.Kept();
    private readonly int _port = FreePort.Kept();
    private Process? _zooKeeper;
    private Process? _broker;
    private int _partitions;

    private KafkaBroker()
    {
    }

    public string BootstrapServers => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    /// <summary>What a client of librdkafka needs to speak with a broker that old.</summary>
    public static IReadOnlyList<string> ClientSettings { get; } = ["api.version.request=false", "broker.version.fallback=0.9.0.1"];

    private static string? Home => Environment.GetEnvironmentVariable("AMLS_KAFKA_HOME");

    /// <summary>Skips the test where there is no broker, no Java, or no kcat.</summary>
    public static void Require()
    {
        Requires.That(Home is { } home && Directory.Exists(Path.Combine(home, "libs")), "AMLS_KAFKA_HOME names no folder of a Kafka broker.");
        foreach (var program in new[] { "java", "kcat" })
        {
            Requires.That(
                (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))),
                $"{program} is not installed.");
        }
    }

    public static async Task<KafkaBroker> StartNewAsync()
    {
        Require();
        var kafka = new KafkaBroker();
        try
        {
            File.WriteAllText(kafka._folder.File("zookeeper.properties"), string.Create(CultureInfo.InvariantCulture, $"""
                dataDir={kafka._folder.File("zookeeper")}
                clientPort={kafka._zooKeeperPort}
                clientPortAddress=127.0.0.1
                maxClientCnxns=0
                """));
            File.WriteAllText(kafka._folder.File("server.properties"), string.Create(CultureInfo.InvariantCulture, $"""
                broker.id=0
                listeners=PLAINTEXT://127.0.0.1:{kafka._port}
                advertised.listeners=PLAINTEXT://127.0.0.1:{kafka._port}
                host.name=127.0.0.1
                log.dirs={kafka._folder.File("log")}
                zookeeper.connect=127.0.0.1:{kafka._zooKeeperPort}
                zookeeper.session.timeout.ms=4000
                auto.create.topics.enable=false
                offsets.topic.num.partitions=4
                log.cleaner.backoff.ms=200
                """));
            kafka._zooKeeper = kafka.Java("-Xmx128m", "org.apache.zookeeper.server.quorum.QuorumPeerMain", kafka._folder.File("zookeeper.properties"));
            await UntilAcceptsAsync(kafka._zooKeeperPort);
            await kafka.StartAsync();
            return kafka;
        }
        catch
        {
            await kafka.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts the broker, also again after a crash, with its log, and waits until it leads every partition. One that ended by itself,
    /// because ZooKeeper still took the former one for alive, is started again.
    /// </summary>
    public async Task StartAsync()
    {
        var since = Stopwatch.StartNew();
        while (_broker is not { HasExited: false } || await LedPartitionsAsync() < _partitions)
        {
            Assert.True(since.Elapsed < StartLimit, $"Kafka does not come up within {StartLimit}.");
            if (_broker is null or { HasExited: true })
            {
                _broker?.Dispose();
                _broker = Java("-Xmx512m", "kafka.Kafka", _folder.File("server.properties"));
            }

            await Task.Delay(LookInterval);
        }
    }

    /// <summary>SIGKILL: nothing is written any more. Completes when its session in ZooKeeper has ended too.</summary>
    public async Task CrashAsync()
    {
        _broker!.Kill();
        await _broker.WaitForExitAsync();
        _broker.Dispose();
        _broker = null;
        await Task.Delay(SessionEnd);
    }

    /// <param name="topic">Its name.</param>
    /// <param name="partitions">How many.</param>
    /// <param name="settings">Of the topic, as <c>key=value</c>.</param>
    public async Task CreateTopicAsync(string topic, int partitions, params string[] settings)
    {
        using var create = Java(
            "-Xmx128m", "kafka.admin.TopicCommand",
            [
                "--zookeeper", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_zooKeeperPort}"),
                "--create", "--topic", topic, "--partitions", partitions.ToString(CultureInfo.InvariantCulture), "--replication-factor", "1",
                .. settings.SelectMany(setting => new[] { "--config", setting }),
            ]);
        await create.WaitForExitAsync();
        Assert.Equal(0, create.ExitCode);
        _partitions += partitions;
        await StartAsync();
    }

    /// <summary>How kcat is started to speak with this broker.</summary>
    public ProcessStartInfo Kcat(params IReadOnlyList<string> arguments)
        => new("kcat", [.. arguments, "-b", BootstrapServers, .. ClientSettings.SelectMany(setting => new[] { "-X", setting })]);

    public async ValueTask DisposeAsync()
    {
        // The broker first: without its ZooKeeper it hangs on a request to end.
        foreach (var process in new[] { _broker, _zooKeeper }.OfType<Process>())
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _folder.Dispose();
    }

    private Process Java(string heap, string main, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(
            "java", [heap, $"-Dlog4j.configuration=file:{Home}/config/tools-log4j.properties", "-cp", $"{Home}/libs/*", main, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>As kcat sees it; -1 while nobody answers it.</summary>
    private async Task<int> LedPartitionsAsync()
    {
        var start = Kcat("-L", "-m", "2");
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var list = Process.Start(start)!;
        var (said, _) = (list.StandardOutput.ReadToEndAsync(), list.StandardError.ReadToEndAsync());
        await list.WaitForExitAsync();
        return list.ExitCode == 0 ? (await said).Split('\n').Count(line => line.Contains(", leader 0,", StringComparison.Ordinal)) : -1;
    }

    private static async Task UntilAcceptsAsync(int port)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (since.Elapsed < StartLimit)
            {
                await Task.Delay(LookInterval);
            }
        }
    }
}
