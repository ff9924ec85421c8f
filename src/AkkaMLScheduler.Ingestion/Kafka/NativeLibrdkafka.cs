using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>
/// The few librdkafka functions that Confluent.Kafka does not wrap. Confluent.Kafka picks one of several native builds at run time
/// (the plain one needs a libsasl2 that Debian 12 lacks), so the calls go to whichever module it has already loaded.
/// </summary>
internal static class NativeLibrdkafka
{
    private const string Lib = "librdkafka";
    private const int ProducerType = 0;
    private const int ErrorCapacity = 512;

    static NativeLibrdkafka()
    {
        _ = Library.VersionString; // loads Confluent.Kafka's own choice
        var loaded = new Lazy<IntPtr>(FindLoaded);
        NativeLibrary.SetDllImportResolver(
            Assembly.GetExecutingAssembly(),
            (name, _, _) => name == Lib ? loaded.Value : IntPtr.Zero);
    }

    /// <summary>Makes a client instance; <paramref name="settings"/> are librdkafka's own property names.</summary>
    /// <exception cref="IngestionException">A setting is unknown or has a wrong value.</exception>
    public static IntPtr NewClient(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var conf = rd_kafka_conf_new();
        var error = new StringBuilder(ErrorCapacity);
        foreach (var (key, value) in settings)
        {
            if (key.StartsWith("dotnet.", StringComparison.Ordinal))
                continue;
            if (rd_kafka_conf_set(conf, key, value, error, ErrorCapacity) == 0)
                continue;
            rd_kafka_conf_destroy(conf);
            throw new IngestionException($"Kafka setting '{key}' was refused: {error}");
        }

        var client = rd_kafka_new(ProducerType, conf, error, ErrorCapacity); // takes ownership of conf
        if (client != IntPtr.Zero)
            return client;
        rd_kafka_conf_destroy(conf);
        throw new IngestionException($"librdkafka did not start: {error}");
    }

    public static void DestroyClient(IntPtr client) => rd_kafka_destroy(client);

    /// <summary>Cluster id as the brokers report it, or null when none answered within <paramref name="timeout"/>.</summary>
    public static string? ClusterId(IntPtr client, TimeSpan timeout)
    {
        var text = rd_kafka_clusterid(client, (int)timeout.TotalMilliseconds);
        if (text == IntPtr.Zero)
            return null;
        var id = Marshal.PtrToStringUTF8(text);
        rd_kafka_mem_free(client, text);
        return id;
    }

    /// <summary>The broker that answers for the cluster, once one has told its cluster id; the id of no broker where none is named.</summary>
    public static int ControllerId(IntPtr client) => rd_kafka_controllerid(client, 0);

    public static IntPtr NewMockCluster(IntPtr client, int brokers) => rd_kafka_mock_cluster_new(client, brokers);

    public static void DestroyMockCluster(IntPtr cluster) => rd_kafka_mock_cluster_destroy(cluster);

    public static string MockBootstraps(IntPtr cluster) => Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(cluster))!;

    public static int CreateMockTopic(IntPtr cluster, string topic, int partitions, int replicas)
        => rd_kafka_mock_topic_create(cluster, topic, partitions, replicas);

    public static void SetMockRebalanceDelay(IntPtr cluster, TimeSpan delay)
        => _ = rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, (int)delay.TotalMilliseconds);

    private static IntPtr FindLoaded()
    {
        using var process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            if (module.ModuleName.Contains(Lib, StringComparison.Ordinal))
                return NativeLibrary.Load(module.FileName);
        }

        throw new IngestionException("librdkafka is not loaded in this process; Confluent.Kafka found no native build for this platform.");
    }

    [DllImport(Lib)]
    private static extern IntPtr rd_kafka_conf_new();

    [DllImport(Lib)]
    private static extern void rd_kafka_conf_destroy(IntPtr conf);

    [DllImport(Lib)]
    private static extern int rd_kafka_conf_set(
        IntPtr conf,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        StringBuilder error,
        nuint errorSize);

    [DllImport(Lib)]
    private static extern IntPtr rd_kafka_new(int type, IntPtr conf, StringBuilder error, nuint errorSize);

    [DllImport(Lib)]
    private static extern void rd_kafka_destroy(IntPtr client);

    [DllImport(Lib)]
    private static extern IntPtr rd_kafka_clusterid(IntPtr client, int timeoutMs);

    [DllImport(Lib)]
    private static extern int rd_kafka_controllerid(IntPtr client, int timeoutMs);

    [DllImport(Lib)]
    private static extern void rd_kafka_mem_free(IntPtr client, IntPtr pointer);

    [DllImport(Lib)]
    private static extern IntPtr rd_kafka_mock_cluster_new(IntPtr client, int brokers);

    [DllImport(Lib)]
    private static extern void rd_kafka_mock_cluster_destroy(IntPtr cluster);

    [DllImport(Lib)]
    private static extern IntPtr rd_kafka_mock_cluster_bootstraps(IntPtr cluster);

    [DllImport(Lib)]
    private static extern int rd_kafka_mock_group_initial_rebalance_delay_ms(IntPtr cluster, int delayMs);

    [DllImport(Lib)]
    private static extern int rd_kafka_mock_topic_create(
        IntPtr cluster,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string topic,
        int partitions,
        int replicas);
}
