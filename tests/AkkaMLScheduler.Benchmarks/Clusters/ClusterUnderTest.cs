using System.Globalization;
using AkkaMLScheduler.Contracts.Client;
using AkkaMLScheduler.Testing;
using Npgsql;

namespace AkkaMLScheduler.Benchmarks.Clusters;

/// <summary>A cluster of processes on this machine with one PostgreSQL, and a client of it in this process.</summary>
internal sealed class ClusterUnderTest : IAsyncDisposable
{
    private const string System = "amls";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryFolder _folder = new();
    private readonly PostgresServer _postgres = new() { Durable = true };
    private readonly int _clusterPort = FreePort.Next();
    private readonly List<NodeProcess> _workers = [];
    private string _connection = "";
    private long _seen;
    private long _ended;

    public NodeProcess Scheduler { get; private set; } = null!;

    public IReadOnlyList<NodeProcess> Workers => _workers;

    public int PostgresId => _postgres.ProcessId;

    public SchedulerLog Log => new(_folder.File("data", "logs"));

    public static async Task<ClusterUnderTest> StartAsync(int inFlight)
    {
        var cluster = new ClusterUnderTest();
        await cluster._postgres.InitializeAsync();
        cluster._connection = await cluster._postgres.CreateDatabaseAsync();
        await cluster.StartSchedulerAsync();
        cluster.Client = SchedulerClient.Connect(new SchedulerClientOptions
        {
            ContactPoints = [cluster.Seed],
            InFlight = inFlight,
            Deadline = TimeSpan.FromMinutes(5),
            RepeatAfter = TimeSpan.FromSeconds(30),
            Name = "benchmark",
        });
        return cluster;
    }

    public SchedulerClient Client { get; private set; } = null!;

    public async Task StartSchedulerAsync() => Scheduler = await NodeProcess.StartAsync(
        AmlsProgram.Path, [.. Common, "--name", "scheduler-1", "--roles", "scheduler", "--cluster-port", _clusterPort.ToString(CultureInfo.InvariantCulture)]);

    /// <param name="slots">Jobs of one core that this worker takes at once, whatever the machine has.</param>
    public async Task StartWorkerAsync(int slots)
    {
        var config = _folder.File("worker.conf");
        await File.WriteAllTextAsync(config, $"amls.worker.cpu = \"{slots}\"\namls.worker.memory = 64GiB\namls.worker.allow-process = true\n");
        _workers.Add(await NodeProcess.StartAsync(
            AmlsProgram.Path, [.. Common, "--name", $"worker-{_workers.Count + 1}", "--roles", "worker", "--seeds", Seed, "--config", config]));
    }

    public async Task StopWorkersAsync()
    {
        foreach (var worker in _workers) await worker.KillAsync();
        foreach (var worker in _workers) worker.Dispose();
        _workers.Clear();
    }

    /// <summary>
    /// Jobs whose end is in the journal. Counts on from the last look, so that looking costs nothing: there is one writer, whose rows appear
    /// in the order of their numbers.
    /// </summary>
    public async Task<long> EndedAsync()
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FILTER (WHERE manifest = 'ev-ended-1'), coalesce(max(ordering), @seen) FROM journal WHERE ordering > @seen", connection)
        {
            Parameters = { new("seen", _seen) },
        };
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        (_ended, _seen) = (_ended + row.GetInt64(0), row.GetInt64(1));
        return _ended;
    }

    /// <summary>Jobs whose end is in the read tables.</summary>
    public Task<long> ListedAsync() => CountAsync("SELECT count(*) FROM amls.job WHERE ended_at IS NOT NULL");

    public Task<long> EventsAsync() => CountAsync("SELECT count(*) FROM journal");

    public static async Task UntilAsync(Func<Task<bool>> reached, TimeSpan limit, string what)
    {
        using var until = new CancellationTokenSource(limit);
        while (!await reached())
        {
            if (until.IsCancellationRequested) throw new InvalidOperationException($"after {limit} still not: {what}");
            await Task.Delay(PollInterval);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Client is not null) await Client.DisposeAsync();
        foreach (var worker in _workers) worker.Dispose();
        Scheduler?.Dispose();
        await _postgres.DisposeAsync();
        _folder.Dispose();
    }

    private string Seed => string.Create(CultureInfo.InvariantCulture, $"akka.tcp://{System}@127.0.0.1:{_clusterPort}");

    private string[] Common => ["--data-dir", _folder.File("data"), "--postgres", _connection, "--port", "0"];

    private async Task<long> CountAsync(string query)
    {
        await using var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
