using System.Net;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster;
using AkkaMLScheduler.Cluster.Notices;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Host.Pipelines;
using AkkaMLScheduler.Host.Security;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>A setting that cannot be used; the message names it, says what is wrong and what would be right.</summary>
public sealed class SettingsException(string message) : Exception(message);

/// <summary>What one node is, read from <c>hocon/amls.conf</c> and whatever was laid over it. Each setting is explained there.</summary>
public sealed record NodeSettings
{
    private const long MinLogBytes = 64 << 10;

    private static readonly TimeSpan MaxStopGrace = TimeSpan.FromHours(1);

    public required string System { get; init; }

    public required string DataDir { get; init; }

    public required CatalogProvider Database { get; init; }

    /// <summary>Npgsql's; only with PostgreSQL.</summary>
    public string PostgresConnection { get; init; } = "";

    /// <summary>How long a start waits for a database that does not answer yet.</summary>
    public TimeSpan DatabaseWait { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<string> Roles { get; init; }

    public required IPAddress Host { get; init; }

    /// <summary>What other members call this one by; null where that is <see cref="Host"/>.</summary>
    public string? PublicHost { get; init; }

    public int Port { get; init; }

    public TlsSettings Tls { get; init; } = TlsSettings.Off;

    /// <summary>How long the whole of an orderly stop may take.</summary>
    public TimeSpan StopGrace { get; init; }

    public IReadOnlyList<string> Seeds { get; init; } = [];

    public int HttpPort { get; init; }

    public required HttpAccess Access { get; init; }

    public required ResourceSpec Capacity { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The driver's index of the GPU in each slot; empty where slots are pretended.</summary>
    public IReadOnlyList<int> GpuDevices { get; init; } = [];

    public ProcessSettings Processes { get; init; } = ProcessSettings.Forbidden;

    public long MaxLogBytes { get; init; } = WorkerSettings.DefaultMaxLogBytes;

    public required SchedulerSettings Scheduler { get; init; }

    public NoticeSettings Notices { get; init; } = NoticeSettings.None;

    public required PipelineSettings Pipelines { get; init; }

    public int ProjectionBatch { get; init; }

    public TimeSpan ProjectionDelay { get; init; }

    /// <summary>HOCON laid over everything, for settings of Akka.NET itself.</summary>
    public string Overrides { get; init; } = "";

    public bool IsScheduler => Roles.Contains(ClusterRoles.Scheduler);

    public bool IsWorker => Roles.Contains(ClusterRoles.Worker);

    /// <summary>Runs ingestion pipelines.</summary>
    public bool IsIngest => Roles.Contains(ClusterRoles.Ingest);

    /// <summary>Begins clusters and lets others in; hosts nothing.</summary>
    public bool IsLighthouse => Roles.Contains(ClusterRoles.Lighthouse);

    /// <summary>How long leaving the cluster may take, so that the process has ended when <see cref="StopGrace"/> has.</summary>
    public TimeSpan StopLimit => StopGrace - ShutdownPhases.Margin;

    public CatalogSettings Catalog => Database == CatalogProvider.PostgreSql
        ? CatalogSettings.PostgreSql(PostgresConnection, DataDir)
        : CatalogSettings.Embedded(DataDir);

    /// <param name="overrides">Laid over the built-in settings, such as the text of a <c>--config</c> file.</param>
    public static NodeSettings Load(string overrides = "")
    {
        Config config;
        try
        {
            var defaults = ConfigurationFactory.ParseString(HoconText.Amls);
            var laidOver = ConfigurationFactory.ParseString(overrides);
            if (laidOver.HasPath("amls")) CheckKeys(laidOver.GetValue("amls").GetObject(), defaults.GetValue("amls").GetObject(), "amls.");
            if (laidOver.Root.GetObject() is { } root && root.Items.Keys.FirstOrDefault(key => key is not ("amls" or "akka")) is { } stranger)
                throw new SettingsException($"there is no section '{stranger}'; a configuration has amls and akka");
            config = laidOver.WithFallback(LibraryTwins.Of(laidOver)).WithFallback(defaults).GetConfig("amls");
        }
        catch (SettingsException)
        {
            throw;
        }
        catch (Exception e)
        {
            throw new SettingsException($"the configuration is not valid HOCON: {e.Message.ReplaceLineEndings(" ")}");
        }

        try
        {
            var settings = WithGpus(Read(config) with { Overrides = overrides }, config);
            settings.Check();
            return settings;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ConfigurationException or InvalidCastException)
        {
            throw new SettingsException($"a setting of amls has a value of the wrong kind: {e.GetBaseException().Message}");
        }
    }

    /// <summary>A mistyped setting would otherwise be ignored in silence. An empty section in the defaults takes any key.</summary>
    private static void CheckKeys(HoconObject given, HoconObject known, string path)
    {
        if (known.Items.Count == 0) return;
        foreach (var (key, value) in given.Items)
        {
            if (!known.Items.TryGetValue(key, out var expected))
                throw new SettingsException($"there is no setting '{path}{key}'{Suggestion.For(key, known.Items.Keys)}");
            if (expected.IsObject() && value.IsObject()) CheckKeys(value.GetObject(), expected.GetObject(), $"{path}{key}.");
        }
    }

    private static NodeSettings Read(Config c) => new()
    {
        System = c.GetString("system"),
        DataDir = Path.GetFullPath(c.GetString("data-dir")),
        Database = c.GetString("database.provider") switch
        {
            "sqlite" => CatalogProvider.Sqlite,
            "postgresql" => CatalogProvider.PostgreSql,
            var other => throw new SettingsException($"amls.database.provider is '{other}'; it must be sqlite or postgresql"),
        },
        PostgresConnection = c.GetString("database.connection-string"),
        DatabaseWait = c.GetTimeSpan("database.start-wait", allowInfinite: false),
        Name = c.GetString("node.name"),
        Roles = [.. c.GetStringList("node.roles")],
        Host = IPAddress.TryParse(c.GetString("node.host"), out var host)
            ? host
            : throw new SettingsException($"amls.node.host is '{c.GetString("node.host")}'; it must be an IP address"),
        PublicHost = c.GetString("node.public-host") is { Length: > 0 } called ? called : null,
        Port = c.GetInt("node.port"),
        StopGrace = c.GetTimeSpan("node.stop-grace"),
        Tls = new TlsSettings(
            c.GetBoolean("tls.enabled"), FullPath(c.GetString("tls.certificate")), FullPath(c.GetString("tls.key")), c.GetString("tls.password"),
            FullPath(c.GetString("tls.ca"))),
        Seeds = [.. c.GetStringList("node.seeds")],
        HttpPort = c.GetInt("http.port"),
        Access = new HttpAccess(FullPath(c.GetString("http.token-file")), c.GetBoolean("http.metrics-open")),
        Capacity = new ResourceSpec(
            c.GetString("worker.cpu") is var cpu && cpu == "auto" ? Environment.ProcessorCount * 1000L
                : Quantity.TryCpu(cpu, out var milli) ? milli : throw new SettingsException($"amls.worker.cpu is '{cpu}'; it must be auto or cores, such as 2 or 500m"),
            c.GetString("worker.memory") is var memory && memory == "auto" ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
                : Quantity.TryMemory(memory, out var bytes) ? bytes : throw new SettingsException($"amls.worker.memory is '{memory}'; it must be auto or a size, such as 4GiB"),
            c.GetInt("worker.simulated-gpus")),
        Labels = c.GetConfig("worker.labels")?.AsEnumerable().ToDictionary(p => p.Key, p => p.Value.GetString()) ?? [],
        Processes = new ProcessSettings(
            c.GetBoolean("worker.allow-process"), c.GetTimeSpan("worker.stop-grace", allowInfinite: false), c.GetBoolean("worker.control-groups")),
        MaxLogBytes = c.GetString("worker.log-max-bytes") is var bound && Quantity.TryMemory(bound, out var logBytes)
            ? logBytes
            : throw new SettingsException($"amls.worker.log-max-bytes is '{bound}'; it must be a size, such as 64MiB"),
        Scheduler = new SchedulerSettings(
            new SchedulingPolicy(
                c.GetString("scheduler.order"), c.GetString("scheduler.backfill"), c.GetString("scheduler.placement"), c.GetString("scheduler.preemption"))
            {
                AgeingPerHour = c.GetInt("scheduler.ageing-per-hour"),
                Patience = c.GetTimeSpan("scheduler.patience"),
                Seed = c.GetLong("scheduler.seed"),
            },
            c.GetTimeSpan("scheduler.recovery-grace"), c.GetTimeSpan("scheduler.repeat-interval"), c.GetInt("scheduler.snapshot-every"))
        {
            Queues = QueueSettings.Read(c.GetValue("scheduler.queues")),
        },
        Notices = new NoticeSettings([.. c.GetStringList("notify.allow").Select(Address)]),
        Pipelines = new PipelineSettings(c.GetInt("ingest.slots"), c.GetTimeSpan("ingest.look", allowInfinite: false)),
        ProjectionBatch = c.GetInt("projection.batch"),
        ProjectionDelay = c.GetTimeSpan("projection.delay"),
    };

    private static Uri Address(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address
        : throw new SettingsException($"amls.notify.allow has '{text}'; it must be an http address");

    private static string FullPath(string path) => path.Length > 0 ? Path.GetFullPath(path) : "";

    /// <summary>Real GPUs where none are pretended: only a worker needs to know, and asking the driver takes a moment.</summary>
    private static NodeSettings WithGpus(NodeSettings settings, Config c)
    {
        if (settings.Capacity.Gpus != 0 || !settings.IsWorker) return settings;
        var found = GpuProbe.Read(c.GetString("worker.gpus"));
        var labels = settings.Labels.ToDictionary();
        if (found.Model is { } model) labels.TryAdd(NodeCapacity.GpuModelLabel, model);
        return settings with
        {
            Capacity = settings.Capacity with { Gpus = found.Devices.Count },
            GpuDevices = found.Devices,
            Labels = labels,
            Processes = settings.Processes with { HidesGpus = found.Devices.Count > 0 },
        };
    }

    /// <exception cref="SettingsException">A setting is out of its range; the message names it.</exception>
    public void Check()
    {
        if (Capacity is { MilliCpu: < 1 } or { MemoryBytes: < 1 } or { Gpus: < 0 or > NodeCapacity.MaxGpus })
            throw new SettingsException($"a worker needs some CPU, some memory and 0 to {NodeCapacity.MaxGpus} GPU slots; it has {Capacity}");
        if (Processes.StopGrace < TimeSpan.Zero || Processes.StopGrace > MaxStopGrace)
            throw new SettingsException($"amls.worker.stop-grace is {Processes.StopGrace}; it must be from 0s to {MaxStopGrace.TotalHours}h");
        if (MaxLogBytes < MinLogBytes)
            throw new SettingsException($"amls.worker.log-max-bytes is {MaxLogBytes}; it must be at least {Quantity.Memory(MinLogBytes)}");
        if (Pipelines.Slots is < 1 or > PipelineSettings.MaxSlots)
            throw new SettingsException($"amls.ingest.slots is {Pipelines.Slots}; it must be from 1 to {PipelineSettings.MaxSlots}");
        if (Pipelines.Look < PipelineSettings.ShortestLook)
            throw new SettingsException($"amls.ingest.look is {Pipelines.Look}; it must be at least {PipelineSettings.ShortestLook.TotalMilliseconds} ms");
        if (ProjectionBatch < 1) throw new SettingsException($"amls.projection.batch is {ProjectionBatch}; it must be at least 1");
        if (Scheduler.SnapshotEvery < 1) throw new SettingsException($"amls.scheduler.snapshot-every is {Scheduler.SnapshotEvery}; it must be at least 1");
        if (Scheduler.Policy.AgeingPerHour is < 0 or > 1_000_000)
            throw new SettingsException($"amls.scheduler.ageing-per-hour is {Scheduler.Policy.AgeingPerHour}; it must be from 0 to a million");
        if (!JobId.IsValid(Name)) throw new SettingsException($"amls.node.name is '{Name}'; it must be letters a to z, digits and '-', at most 63");
        if (Database == CatalogProvider.PostgreSql && PostgresConnection.Length == 0)
            throw new SettingsException("amls.database.connection-string is empty; PostgreSQL needs one, such as Host=127.0.0.1;Database=amls;Username=amls");
        if (Port is < 0 or > 65535 || HttpPort is < 0 or > 65535) throw new SettingsException("a port is a number from 0 to 65535");
        try
        {
            PolicyRegistry.Check(Scheduler.Policy);
        }
        catch (UnknownPolicyException e)
        {
            throw new SettingsException(e.Message);
        }

        StartUpCheck.Demand(this);
    }
}
