using System.Globalization;
using AkkaMLScheduler.ClusterTests.Audit;
using AkkaMLScheduler.ClusterTests.Network;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Testing;
using Xunit.Abstractions;

namespace AkkaMLScheduler.ClusterTests.Processes;

/// <summary>
/// A cluster as it runs in earnest: a PostgreSQL of its own and one process for each node, each under a supervisor. All have the same
/// seeds, the schedulers first, and share one data folder. Everything ends with it; after a failure the logs and journals stay.
/// </summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly List<NodeProcess> _schedulers = [];
    private readonly List<NodeProcess> _workers = [];
    private readonly string _folder;

    private ClusterProcesses(string folder, PostgresServer postgres, string database)
    {
        _folder = folder;
        Postgres = postgres;
        Database = database;
        Api = new ClusterApi(_schedulers, DataDir);
    }

    public PostgresServer Postgres { get; }

    /// <summary>The Npgsql connection string of journals and read tables.</summary>
    public string Database { get; }

    public string DataDir => Path.Combine(_folder, "data");

    public IReadOnlyList<NodeProcess> Schedulers => _schedulers;

    public IReadOnlyList<NodeProcess> Workers => _workers;

    public IEnumerable<NodeProcess> Nodes => _schedulers.Concat(_workers);

    public ClusterApi Api { get; }

    /// <summary>What is between the nodes, where the shape says that they can be cut off.</summary>
    public CuttableNetwork Network { get; } = new();

    /// <summary>Starts a cluster, tries something on it and ends it. When that fails, says where its logs have been left.</summary>
    public static async Task RunAsync(ClusterShape shape, ITestOutputHelper output, Func<ClusterProcesses, Task> trial)
    {
        PostgresServer.Require();
        var folder = Directory.CreateTempSubdirectory("amls-cluster-").FullName;
        var postgres = new PostgresServer();
        try
        {
            await postgres.InitializeAsync();
            await using var cluster = new ClusterProcesses(folder, postgres, await postgres.CreateDatabaseAsync());
            try
            {
                await cluster.StartAsync(shape);
                await trial(cluster);
            }
            catch
            {
                output.WriteLine($"Logs and journals of the failed cluster: {folder}");
                await cluster.KeepJournalAsync();
                throw;
            }
        }
        finally
        {
            await postgres.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The process that the scheduler lives in, by who said last that it leads.</summary>
    public NodeProcess Leader() => _schedulers.MaxBy(node => NodeLog.LastTime(Path.Combine(DataDir, "logs", $"{node.Name}.log"), "The scheduler leads"))!;

    /// <summary>Looks at a job until it is as wanted; fails with what it was last.</summary>
    public async Task<JobDetail> UntilAsync(string id, Func<JobDetail, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var detail = await Api.JobAsync(id);
            if (detail is not null && wanted(detail)) return detail;
            if (limit.IsCancellationRequested) Assert.Fail($"After {Patience} the job is still {detail?.Job.ToString() ?? "unknown"}.");
            await Task.Delay(LookInterval);
        }
    }

    public Task<JobDetail> UntilEndedAsync(string id) => UntilAsync(id, detail => detail.Job.Status.IsTerminal());

    /// <summary>Waits until every node is ready and every worker offers its place.</summary>
    public async Task UntilCompleteAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        foreach (var node in Nodes) await UntilReadyAsync(node, limit.Token);
        while ((await Api.NodesAsync()).Count(n => n.Status == "up") < _workers.Count)
        {
            if (limit.IsCancellationRequested) Assert.Fail($"Not every worker offers its place after {StartLimit}.");
            await Task.Delay(LookInterval);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Network.DisposeAsync();
        await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
    }

    private async Task StartAsync(ClusterShape shape)
    {
        Directory.CreateDirectory(DataDir);
        var places = Enumerable.Range(1, shape.Schedulers).Select(i => (Role: "scheduler", Number: i))
            .Concat(Enumerable.Range(1, shape.Workers).Select(i => (Role: "worker", Number: i)))
            .Select(place => (place.Role, Name: $"{place.Role}-{place.Number}", Port: FreePort.Kept(), Http: FreePort.Kept()))
            .ToList();
        using var limit = new CancellationTokenSource(StartLimit);
        var seeds = string.Join(',', places.Select(place => $"akka.tcp://amls@127.0.0.1:{Text(place.Port)}"));
        foreach (var place in places)
        {
            // Others reach it by its public port, where the network stands between; it listens on the other.
            var listens = shape.CanBeCut ? FreePort.Kept() : place.Port;
            var config = Path.Combine(_folder, $"{place.Name}.conf");
            await File.WriteAllTextAsync(
                config,
                $"""
                amls.worker {"{"}
                  cpu = 4
                  memory = 4GiB
                  simulated-gpus = {shape.Gpus}
                  allow-process = true
                {"}"}
                akka.remote.dot-netty.tcp.public-port = {place.Port}
                {shape.Settings}

                """);
            var node = NodeProcess.Start(
                place.Name, place.Http, Path.Combine(_folder, $"{place.Name}.out"),
                "node", "--name", place.Name, "--roles", place.Role, "--seeds", seeds, "--cluster-port", Text(listens),
                "--port", Text(place.Http), "--data-dir", DataDir, "--postgres", Database, "--config", config);
            (place.Role == "scheduler" ? _schedulers : _workers).Add(node);
            if (shape.CanBeCut) Network.Add(node, place.Port, listens);

            // The first seed alone founds the cluster: the others would only wait for it, and take its time.
            if (_schedulers is [var first] && _workers is []) await UntilReadyAsync(first, limit.Token);
        }

        await UntilCompleteAsync();
    }

    private async Task UntilReadyAsync(NodeProcess node, CancellationToken limit)
    {
        while (!await Api.IsReadyAsync(node))
        {
            if (limit.IsCancellationRequested) Assert.Fail($"Node {node.Name} is not ready after {StartLimit}; it ended by itself {node.EndsByItself} times.");
            await Task.Delay(LookInterval, CancellationToken.None);
        }
    }

    private async Task KeepJournalAsync()
    {
        try
        {
            var journal = await Journal.ReadAsync(Database);
            await File.WriteAllLinesAsync(Path.Combine(_folder, "journal.txt"), journal.Records.Select(record => record.ToString()));
        }
        catch (Npgsql.NpgsqlException)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, "journal.txt"), "the database did not answer");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
