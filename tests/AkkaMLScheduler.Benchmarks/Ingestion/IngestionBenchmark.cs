using System.Diagnostics;
using Akka.Actor;
using Akka.Streams;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion;
using AkkaMLScheduler.Ingestion.Generation;
using AkkaMLScheduler.Ingestion.Kafka;
using AkkaMLScheduler.Testing;
using Confluent.Kafka;
using DuckDB.NET.Data;

namespace AkkaMLScheduler.Benchmarks.Ingestion;

/// <summary>
/// Records from a file, and from the in-process Kafka broker, to committed zstd Parquet; beside DuckDB's COPY of the same file, which
/// keeps no offsets, no rejects and no versions. Both may use every core.
/// </summary>
internal static class IngestionBenchmark
{
    private const int Rows = 500_000;
    private const int Rounds = 3;
    private const int Partitions = 40;

    public static int Run(string[] arguments) => RunAsync().GetAwaiter().GetResult();

    private static async Task<int> RunAsync()
    {
        using var folder = new TemporaryFolder();
        var records = RecordGenerator.Generate(new GeneratorSettings(1) { Records = 2 * Rows, DuplicateShare = 0, MalformedShare = 0 }).Kafka;
        var file = folder.File("records.jsonl");
        await File.WriteAllLinesAsync(file, records.Select(System.Text.Encoding.UTF8.GetString));
        var megabytes = new FileInfo(file).Length / 1e6;
        Console.WriteLine($"{records.Count:N0} JSON records, {megabytes:F0} MB; the best of {Rounds} rounds each");
        Console.WriteLine();

        using var system = ActorSystem.Create("benchmark");
        var ours = await BestAsync(round => IngestFileAsync(folder.File($"file-{round}"), file, system.Materializer()));
        var duckDb = await BestAsync(round => CopyWithDuckDbAsync(file, folder.File($"copy-{round}.parquet")));
        var kafka = await BestAsync(round => IngestTopicAsync(folder.File($"kafka-{round}"), records, system.Materializer()));

        Tell("file to committed Parquet, ours", ours, records.Count, megabytes);
        Tell("file to Parquet, DuckDB COPY", duckDb, records.Count, megabytes);
        Tell("Kafka to committed Parquet, ours", kafka, records.Count, megabytes);
        Console.WriteLine($"ours / DuckDB in rows per second, file: {duckDb / ours:F2}");
        Console.WriteLine($"peak memory of this process, broker and records included: {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        return 0;
    }

    private static async Task<double> BestAsync(Func<int, Task<double>> round)
    {
        var best = double.MaxValue;
        for (var i = 0; i < Rounds; i++) best = Math.Min(best, await round(i));
        return best;
    }

    private static async Task<double> IngestFileAsync(string folder, string file, IMaterializer materializer)
    {
        await using var catalog = await OpenAsync(folder);
        var started = Stopwatch.GetTimestamp();
        var report = await IngestionPipeline.FromFilesAsync(
            catalog, new IngestionSettings("records") { Schema = RecordSchemas.Text }, [file], materializer);
        return Checked(report, started);
    }

    /// <summary>The topic is filled beforehand; what is timed is reading, decoding, writing and committing.</summary>
    private static async Task<double> IngestTopicAsync(string folder, IReadOnlyList<byte[]> records, IMaterializer materializer)
    {
        await using var catalog = await OpenAsync(folder);
        using var broker = MockBroker.Start(("records", Partitions));
        var client = new ClientConfig { BootstrapServers = broker.BootstrapServers };
        var settings = new BoundedProducerSettings(client, "records", Partitions) { BytesAheadPerPartition = MockBroker.RetainedBytesPerPartition };
        var none = Task.FromResult<IReadOnlyDictionary<int, long>>(new Dictionary<int, long>());
        await BoundedProducer.Start(settings, records, _ => none).Completion;
        var source = new KafkaSourceSettings(client, "records") { Stop = KafkaStop.AtLogEnd };
        var started = Stopwatch.GetTimestamp();
        return Checked(await IngestionPipeline.FromKafkaAsync(catalog, new IngestionSettings("records"), new KafkaInput(source), materializer), started);
    }

    private static async Task<double> CopyWithDuckDbAsync(string file, string to)
    {
        await using var duckDb = new DuckDBConnection("Data Source=:memory:");
        await duckDb.OpenAsync();
        await using var copy = duckDb.CreateCommand();
        copy.CommandText =
            $"COPY (SELECT * FROM read_json('{file}', format = 'newline_delimited', columns = {{id: 'VARCHAR', text: 'VARCHAR'}})) "
            + $"TO '{to}' (FORMAT parquet, COMPRESSION zstd)";
        var started = Stopwatch.GetTimestamp();
        await copy.ExecuteNonQueryAsync();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Checked(IngestionReport report, long started)
    {
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (report.Accepted != Rows) throw new InvalidOperationException($"{report.Accepted:N0} of {Rows:N0} records were accepted.");
        return seconds;
    }

    private static Task<LakeCatalog> OpenAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        return LakeCatalog.OpenAsync(CatalogSettings.Embedded(folder));
    }

    private static void Tell(string what, double seconds, int records, double megabytes) =>
        Console.WriteLine($"{what,-34} {seconds,7:F2} s  {records / seconds,10:N0} rows/s  {megabytes / seconds,6:F0} MB/s");
}
