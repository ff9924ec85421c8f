using AkkaMLScheduler.Cluster;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Host.Configuration;

namespace AkkaMLScheduler.Host;

/// <summary>A whole cluster in one process: one scheduler and some workers, each a member of its own with its own port.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    public const int MaxWorkers = 32;

    private readonly List<AmlsNode> _workers = [];

    private LocalCluster(AmlsNode scheduler) => Scheduler = scheduler;

    public AmlsNode Scheduler { get; }

    public IReadOnlyList<AmlsNode> Workers => _workers;

    /// <param name="settings">The machine's CPU, memory and GPUs in it are shared out evenly; pretended GPU slots count for each worker.</param>
    /// <exception cref="SettingsException">A folder, database or port cannot be used.</exception>
    public static async Task<LocalCluster> StartAsync(NodeSettings settings, int workers, CancellationToken ct = default)
    {
        if (workers is < 1 or > MaxWorkers) throw new SettingsException($"{workers} workers were asked for; from 1 to {MaxWorkers} are possible");
        var cluster = new LocalCluster(await AmlsNode.StartAsync(settings with { Name = "scheduler-1", Roles = [ClusterRoles.Scheduler] }, ct));
        try
        {
            for (var i = 1; i <= workers; i++)
            {
                int[] gpus = [.. settings.GpuDevices.Where((_, slot) => slot % workers == i - 1)];
                var share = new ResourceSpec(
                    settings.Capacity.MilliCpu / workers,
                    settings.Capacity.MemoryBytes / workers,
                    settings.GpuDevices.Count > 0 ? gpus.Length : settings.Capacity.Gpus);
                cluster._workers.Add(await AmlsNode.StartAsync(
                    settings with
                    {
                        Name = $"worker-{i}",
                        Roles = [ClusterRoles.Worker, ClusterRoles.Ingest],
                        Capacity = share,
                        GpuDevices = gpus,
                        Seeds = [cluster.Scheduler.ClusterAddress],
                        Port = 0,
                        HttpPort = 0,
                    },
                    ct));
            }
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        return cluster;
    }

    /// <summary>Completes when a node has ended by itself, as one does that was cut off and downed.</summary>
    public Task AnyEnded => Task.WhenAny(_workers.Append(Scheduler).Select(node => node.System.WhenTerminated));

    /// <summary>Ends a worker as a crash would; its tasks end with it.</summary>
    public Task KillWorkerAsync(int index) => _workers[index].KillAsync();

    /// <summary>Starts a killed worker again, under its name and on its port.</summary>
    public async Task RestartWorkerAsync(int index, int clusterPort, CancellationToken ct = default) =>
        _workers[index] = await AmlsNode.StartAsync(_workers[index].Settings with { Port = clusterPort }, ct);

    /// <summary>Youngest first, one by one: nobody hands anything over to a node that is leaving too.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var worker in Enumerable.Reverse(_workers)) await worker.StopAsync();
        await Scheduler.DisposeAsync();
    }
}
