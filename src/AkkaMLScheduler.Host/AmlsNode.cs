using System.Data.Common;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster.Gateway;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Cluster.Notices;
using AkkaMLScheduler.Cluster.Operations;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Cluster.Wire;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Contracts.Wire;
using AkkaMLScheduler.Host.Api;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Host.Membership;
using AkkaMLScheduler.Host.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;

namespace AkkaMLScheduler.Host;

/// <summary>One running node: a member of the cluster with its roles, and its HTTP API.</summary>
public sealed class AmlsNode : IAsyncDisposable
{
    private static readonly TimeSpan DatabasePause = TimeSpan.FromMilliseconds(500);

    private readonly WebApplication _app;
    private readonly LakeCatalog? _catalog;
    private bool _stopped;

    private AmlsNode(NodeSettings settings, WebApplication app, LakeCatalog? catalog)
    {
        Settings = settings;
        _app = app;
        _catalog = catalog;
    }

    public NodeSettings Settings { get; }

    /// <exception cref="InvalidOperationException">The node is a lighthouse, which has none.</exception>
    public LakeCatalog Catalog => _catalog ?? throw new InvalidOperationException($"Node '{Settings.Name}' has no catalog.");

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
        var catalog = settings.IsLighthouse ? null : await OpenAsync(settings, ct);
        AmlsNode? node = null;
        try
        {
            node = new AmlsNode(settings, Build(settings, catalog, time), catalog);
            if (settings.IsScheduler) await PrepareTablesAsync(settings, node.Catalog, time, ct);
            if (settings.IsScheduler || settings.IsIngest) await node.Services.GetRequiredService<PipelineStore>().PrepareAsync(ct);
            await node._app.StartAsync(ct);
            await ClusterEntry.JoinAsync(node.System, settings, ct);
            return node;
        }
        catch (Exception e)
        {
            // Whoever was let in and cannot stay says so, or the others would take it for dead.
            if (node is not null) await node.StopAsync();
            else if (catalog is not null) await catalog.DisposeAsync();
            throw e.GetBaseException() switch
            {
                _ when e is DbException or { InnerException: DbException } =>
                    new SettingsException($"the database does not answer: {e.GetBaseException().Message}"),
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
        using var limit = new CancellationTokenSource(Settings.StopLimit);
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

    /// <summary>Whoever starts with its database, as after a power cut, may be the sooner of the two.</summary>
    private static async Task<LakeCatalog> OpenAsync(NodeSettings settings, CancellationToken ct)
    {
        var since = TimeProvider.System.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await LakeCatalog.OpenAsync(settings.Catalog, ct);
            }
            catch (CatalogException e) when (MayPass(e) && TimeProvider.System.GetElapsedTime(since) < settings.DatabaseWait)
            {
                // The node's own log is not open yet.
                if (tries == 0) await Console.Error.WriteLineAsync($"amls: {e.Message}; asking again, for {settings.DatabaseWait.TotalSeconds:F0} s");
                await Task.Delay(DatabasePause, ct);
            }
            catch (CatalogException e)
            {
                throw new SettingsException(e.Message);
            }
        }
    }

    private static bool MayPass(Exception e) => e is DbException { IsTransient: true } || (e.InnerException is { } inner && MayPass(inner));

    private static WebApplication Build(NodeSettings settings, LakeCatalog? catalog, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(AmlsNode).Assembly.GetName().Name });
        builder.Logging.ClearProviders().AddSerilog(LogFile.Open(settings), dispose: true);
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = settings.StopLimit);
        builder.Services.AddSingleton(settings).AddSingleton(time);
        var health = builder.Services.AddHealthChecks();
        if (catalog is not null)
        {
            builder.Services.AddSingleton(catalog).AddSingleton(new ReadTables(catalog, time)).AddSingleton<JobJournal>().AddSingleton<Submissions>().AddSingleton<SchedulerDesk>();
            builder.Services.AddSingleton(settings.Notices).AddSingleton<PipelineStore>();
            builder.Services.AddSingleton(new TaskFiles(settings.DataDir));
            health.AddCheck<CatalogHealthCheck>("catalog", tags: ["ready"]);
        }

        HttpApi.AddServices(builder, settings);
        builder.Services.AddAkka(settings.System, (akka, services) => Compose(akka, services, settings, catalog, time));
        var app = builder.Build();
        HttpApi.Map(app, settings);
        return app;
    }

    private static void Compose(
        AkkaConfigurationBuilder akka, IServiceProvider services, NodeSettings settings, LakeCatalog? catalog, TimeProvider time)
    {
        var hocon = NodeHocon.Of(settings);
        akka.ConfigureLoggers(l =>
            {
                l.ClearLoggers();
                l.AddLoggerFactory();
            })
            .AddHocon(hocon, HoconAddMode.Prepend)
            .AddHocon(WireBindings.Of<ContractsSerializer>("amls-contracts", ContractsSerializer.Types), HoconAddMode.Prepend)
            .AddHocon(WireBindings.Of<LedgerSerializer>("amls-ledger", LedgerSerializer.Types), HoconAddMode.Prepend)
            .AddMembership(settings, hocon)
            .WithActorSystemLivenessCheck()
            .WithAkkaClusterReadinessCheck();
        if (catalog is null) return;
        var tables = settings.IsScheduler ? services.GetRequiredService<ReadTables>() : null;
        var worker = settings.IsWorker
            ? new WorkerSettings(settings.Name, settings.Capacity, settings.Labels, settings.TaskAddress(), services.GetRequiredService<TaskFiles>())
            {
                GpuDevices = settings.GpuDevices,
                Processes = settings.Processes,
                MaxLogBytes = settings.MaxLogBytes,
            }
            : null;
        if (settings.IsScheduler) akka.AddHocon(HoconText.Persistence(settings), HoconAddMode.Append);
        akka.AddJobs(settings.IsScheduler, time)
            .AddScheduler(settings.IsScheduler ? settings.Scheduler : null, tables, settings.Database == CatalogProvider.PostgreSql, time)
            .AddWorkers(worker, catalog, new ReadTables(catalog, time))
            .AddOperator();
        if (settings.IsIngest) akka.AddPipelines(settings.Pipelines, settings.Name, catalog, services.GetRequiredService<PipelineStore>(), time);
        if (settings.IsScheduler)
        {
            akka.AddProjection(new ReadTablesWriter(catalog), settings.ProjectionBatch, settings.ProjectionDelay)
                .AddNotices(settings.Notices, tables!, time)
                .AddGateway(catalog, tables!, settings.Notices, time);
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

    private static string PortMessage(NodeSettings settings, Exception e) =>
        $"a port cannot be opened (HTTP {settings.HttpPort}, cluster {settings.Port}): {e.GetBaseException().Message}; choose another with --port, or 0 for a free one";

    private async Task DisposePartsAsync()
    {
        await _app.DisposeAsync();
        if (_catalog is not null) await _catalog.DisposeAsync();
    }
}
