using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Remote.Hosting;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster.Gateway;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Cluster.Operations;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Cluster.Wire;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Contracts.Wire;
using AkkaMLScheduler.Host.Api;
using AkkaMLScheduler.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;

namespace AkkaMLScheduler.Host;

/// <summary>One running node: a member of the cluster with its roles, and its HTTP API.</summary>
public sealed class AmlsNode : IAsyncDisposable
{
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private bool _stopped;

    private AmlsNode(NodeSettings settings, WebApplication app, LakeCatalog catalog)
    {
        Settings = settings;
        _app = app;
        Catalog = catalog;
    }

    public NodeSettings Settings { get; }

    public LakeCatalog Catalog { get; }

    public ActorSystem System => _app.Services.GetRequiredService<ActorSystem>();

    public IServiceProvider Services => _app.Services;

    /// <summary>Where other members reach this one: a seed for them.</summary>
    public string ClusterAddress => Akka.Cluster.Cluster.Get(System).SelfAddress.ToString();

    public int ClusterPort => Akka.Cluster.Cluster.Get(System).SelfAddress.Port!.Value;

    /// <summary>The HTTP API's address.</summary>
    public string Url => _app.Urls.First();

    /// <summary>Starts the node and waits until it is a member that is up.</summary>
    /// <exception cref="SettingsException">A folder, database or port cannot be used.</exception>
    public static async Task<AmlsNode> StartAsync(NodeSettings settings, CancellationToken ct = default)
    {
        settings.Check();
        PrepareFolder(settings.DataDir);
        var time = TimeProvider.System;
        LakeCatalog catalog;
        try
        {
            catalog = await LakeCatalog.OpenAsync(settings.Catalog, ct);
        }
        catch (CatalogException e)
        {
            throw new SettingsException(e.Message);
        }

        var app = Build(settings, catalog, time);
        try
        {
            if (settings.IsScheduler) await PrepareTablesAsync(settings, catalog, time, ct);
            await app.StartAsync(ct);
            var node = new AmlsNode(settings, app, catalog);
            await node.JoinAsync(ct);
            return node;
        }
        catch (Exception e)
        {
            await app.DisposeAsync();
            await catalog.DisposeAsync();
            throw e.GetBaseException() switch
            {
                global::System.Net.Sockets.SocketException or IOException => new SettingsException(PortMessage(settings, e)),
                _ => e,
            };
        }
    }

    /// <summary>Whether the node has left because a member was told to make it, in place of being put out.</summary>
    public bool LeftInOrder => CoordinatedShutdown.Get(System).ShutdownReason is CoordinatedShutdown.ClusterLeavingReason;

    /// <summary>Leaves the cluster in order.</summary>
    public async Task StopAsync()
    {
        if (_stopped) return;
        _stopped = true;
        using var limit = new CancellationTokenSource(StopTimeout);
        await _app.StopAsync(limit.Token);
        await DisposePartsAsync();
    }

    /// <summary>Ends this member as a crash would: it says nothing to the cluster, which has to find out.</summary>
    public async Task KillAsync()
    {
        if (_stopped) return;
        _stopped = true;
        await System.Terminate();
        await DisposePartsAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static WebApplication Build(NodeSettings settings, LakeCatalog catalog, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(AmlsNode).Assembly.GetName().Name });
        builder.Logging.ClearProviders().AddSerilog(LogFile.Open(settings), dispose: true);
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = StopTimeout);
        builder.Services.AddSingleton(settings).AddSingleton(catalog).AddSingleton(time);
        builder.Services.AddSingleton(new ReadTables(catalog, time)).AddSingleton<Submissions>().AddSingleton<SchedulerDesk>();
        builder.Services.AddSingleton(new TaskFiles(settings.DataDir));
        builder.Services.AddHealthChecks().AddCheck<CatalogHealthCheck>("catalog", tags: ["ready"]);
        HttpApi.AddServices(builder, settings);
        builder.Services.AddAkka(settings.System, (akka, services) => Compose(akka, services, settings, catalog, time));
        var app = builder.Build();
        HttpApi.Map(app, settings);
        return app;
    }

    private static void Compose(
        AkkaConfigurationBuilder akka, IServiceProvider services, NodeSettings settings, LakeCatalog catalog, TimeProvider time)
    {
        var tables = settings.IsScheduler ? services.GetRequiredService<ReadTables>() : null;
        var worker = settings.IsWorker
            ? new WorkerSettings(settings.Name, settings.Capacity, settings.Labels, settings.Host, services.GetRequiredService<TaskFiles>())
            {
                GpuDevices = settings.GpuDevices,
                Processes = settings.Processes,
                MaxLogBytes = settings.MaxLogBytes,
            }
            : null;
        akka.ConfigureLoggers(l =>
            {
                l.ClearLoggers();
                l.AddLoggerFactory();
            })
            .AddHocon(ConfigurationFactory.ParseString(HoconText.Akka), HoconAddMode.Prepend)
            .AddHocon(WireBindings.Of<ContractsSerializer>("amls-contracts", ContractsSerializer.Types), HoconAddMode.Prepend)
            .AddHocon(WireBindings.Of<LedgerSerializer>("amls-ledger", LedgerSerializer.Types), HoconAddMode.Prepend)
            .WithRemoting(settings.Host.ToString(), settings.Port)
            .WithClustering(new ClusterOptions { Roles = [.. settings.Roles, NodeShardAllocation.RoleOf(settings.Name)] })
            .WithActorSystemLivenessCheck()
            .WithAkkaClusterReadinessCheck();
        if (settings.IsScheduler) akka.AddHocon(HoconText.Persistence(settings), HoconAddMode.Append);
        if (settings.Database == CatalogProvider.PostgreSql) akka.AddHocon(HoconText.MarginWithLease, HoconAddMode.Prepend);
        if (settings.Overrides.Length > 0) akka.AddHocon(ConfigurationFactory.ParseString(settings.Overrides), HoconAddMode.Prepend);
        akka.AddJobs(settings.IsScheduler, time)
            .AddScheduler(settings.IsScheduler ? settings.Scheduler : null, tables, settings.Database == CatalogProvider.PostgreSql, time)
            .AddWorkers(worker, catalog)
            .AddOperator();
        if (settings.IsScheduler)
        {
            akka.AddProjection(new ReadTablesWriter(catalog), settings.ProjectionBatch, settings.ProjectionDelay)
                .AddGateway(catalog, tables!, time);
        }
    }

    private static void PrepareFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".probe-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"the data folder '{folder}' cannot be written: {e.Message}");
        }
    }

    private static async Task PrepareTablesAsync(NodeSettings settings, LakeCatalog catalog, TimeProvider time, CancellationToken ct)
    {
        await using (var connection = catalog.OpenConnection())
            await Migrations.ApplyAsync(connection, settings.Database, ReadTablesMigrations.All, time, ct);
        if (settings.Database != CatalogProvider.Sqlite) return;

        // Readers of the journal must not block its writer; the mode is kept in the file.
        await using var journal = new SqliteConnection($"Data Source={Path.Combine(settings.DataDir, "journal.db")}");
        await journal.OpenAsync(ct);
        await using var wal = journal.CreateCommand();
        wal.CommandText = "PRAGMA journal_mode=WAL";
        await wal.ExecuteNonQueryAsync(ct);
    }

    private async Task JoinAsync(CancellationToken ct)
    {
        var cluster = Akka.Cluster.Cluster.Get(System);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(JoinTimeout);
        try
        {
            if (Settings.Seeds.Count == 0) await cluster.JoinAsync(cluster.SelfAddress, limit.Token);
            else await cluster.JoinSeedNodesAsync(Settings.Seeds.Select(Address.Parse), limit.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            throw new SettingsException($"node '{Settings.Name}' could not join the cluster at {string.Join(", ", Settings.Seeds)}: {e.Message}");
        }
    }

    private static string PortMessage(NodeSettings settings, Exception e) =>
        $"a port cannot be opened (HTTP {settings.HttpPort}, cluster {settings.Port}): {e.GetBaseException().Message}; choose another with --port, or 0 for a free one";

    private async Task DisposePartsAsync()
    {
        await _app.DisposeAsync();
        await Catalog.DisposeAsync();
    }
}
