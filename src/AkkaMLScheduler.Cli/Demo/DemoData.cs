using Akka.Streams;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion;
using AkkaMLScheduler.Ingestion.Generation;
using AkkaMLScheduler.Ingestion.Kafka;
using AkkaMLScheduler.Processing;
using Confluent.Kafka;

namespace AkkaMLScheduler.Cli.Demo;

/// <summary>The first half of the story: records in, through the layers, to a dataset that can be trained on.</summary>
public sealed class DemoData(LakeCatalog catalog, IMaterializer materializer, DemoSettings settings, IDemoDisplay display)
{
    private const string Topic = "records";
    private const int Partitions = 2;

    /// <summary>The broker lives and dies with the process; this name is what its offsets are kept under.</summary>
    private const string ClusterName = "demo";

    /// <returns>What the counts must be, where that is known beforehand.</returns>
    public async Task<ExpectedCounts?> IngestAsync(CancellationToken ct)
    {
        var ingestion = new IngestionSettings(DemoSettings.Raw) { Producer = "demo" };
        if (settings.Input is { } input)
        {
            display.Say($"ingesting {input}");
            Tell(input, await IngestionPipeline.FromFilesAsync(catalog, ingestion, [input], materializer, ct));
            return null;
        }

        var records = RecordGenerator.Generate(new GeneratorSettings((ulong)settings.Seed));
        var files = await records.WriteFilesAsync(Path.Combine(settings.Node.DataDir, "incoming"), ct);
        ingestion = ingestion with { Schema = RecordSchemas.Text, Rotation = Rotation.Prompt };
        display.Say($"ingesting {records.Expected.Read:N0} generated records: {records.Kafka.Count:N0} through Kafka, the others from files");
        var fromFiles = IngestionPipeline.FromFilesAsync(catalog, ingestion, files, materializer, ct);
        var fromKafka = IngestKafkaAsync(ingestion, records.Kafka, ct);
        Tell("files", await fromFiles);
        Tell("Kafka", await fromKafka);
        return records.Expected;
    }

    public async Task<ProcessingReport> ProcessAsync(CancellationToken ct)
    {
        display.Say("processing: clean, enforce the schema, remove exact duplicates, tokenise");
        var report = await ProcessingPipeline.RunAsync(
            catalog, new ProcessingSettings(DemoSettings.Raw, DemoSettings.Processed, DemoSettings.Curated), materializer, ct);
        display.Say($"{report.Processed.Version} and {report.Curated.Version} are there");
        return report;
    }

    private async Task<IngestionReport> IngestKafkaAsync(IngestionSettings ingestion, IReadOnlyList<byte[]> records, CancellationToken ct)
    {
        using var broker = MockBroker.Start((Topic, Partitions));
        var client = new ClientConfig { BootstrapServers = broker.BootstrapServers };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var producer = BoundedProducer.Start(
            new BoundedProducerSettings(client, Topic, Partitions), records,
            c => IngestionPipeline.KafkaOffsetsAsync(catalog, DemoSettings.Raw, ClusterName, Topic, c), stop.Token);
        await producer.Replayed;
        var source = new KafkaSourceSettings(client, Topic) { Stop = KafkaStop.Before(BoundedProducer.Ends(records.Count, Partitions)) };
        var input = new KafkaInput(source) { ClusterName = ClusterName, PinClusterId = false };
        var reading = IngestionPipeline.FromKafkaAsync(catalog, ingestion, input, materializer, ct);
        if (await Task.WhenAny(reading, producer.Completion) == producer.Completion) await producer.Completion;
        var report = await reading;
        await producer.Completion;
        return report;
    }

    private void Tell(string source, IngestionReport report) => display.Say(
        $"from {source}: read {report.Read:N0}, accepted {report.Accepted:N0}, rejected {report.Rejected:N0}, filtered {report.Filtered:N0}"
        + (report.Skipped > 0 ? $", {report.Skipped:N0} were there already" : "") + $" in {report.Elapsed.TotalSeconds:0.0} s");
}
