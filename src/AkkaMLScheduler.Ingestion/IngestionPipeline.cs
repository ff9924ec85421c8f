using System.Globalization;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Files;
using AkkaMLScheduler.Ingestion.Kafka;
using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion;

/// <summary>
/// Source → decode → cut → Parquet → commit, as Akka streams. Decoding validates too: a field becomes a value of its column's type in one
/// step. Rows, rejects and source offsets are one catalog transaction, so a record lands once however often a run is killed and repeated.
/// </summary>
public static class IngestionPipeline
{
    /// <summary>
    /// Ingests files. Records that earlier runs committed are passed over, so a run that was killed is simply repeated; a file that
    /// has since changed is refused.
    /// </summary>
    /// <param name="catalog">Where to.</param>
    /// <param name="settings">Dataset and rules.</param>
    /// <param name="paths">Files, or folders for the files directly in them.</param>
    /// <param name="materializer">Runs the streams.</param>
    /// <param name="ct">Stops the run; what is not committed is read again by the next one.</param>
    /// <exception cref="IngestionException">The input cannot be used; one line says why.</exception>
    /// <exception cref="OffsetConflictException">Another run is ingesting the same file into the same dataset.</exception>
    public static async Task<IngestionReport> FromFilesAsync(
        LakeCatalog catalog,
        IngestionSettings settings,
        IReadOnlyList<string> paths,
        IMaterializer materializer,
        CancellationToken ct = default)
    {
        settings.Validate();
        var files = new List<InputFile>();
        foreach (var path in InputFile.Expand(paths))
            files.Add(await InputFile.ProbeAsync(path, settings.Format, ct).ConfigureAwait(false));

        var known = await KnownSchemaAsync(catalog, settings, ct).ConfigureAwait(false);
        var schema = known ?? (await FileSample.TakeAsync(files[0], settings, ct).ConfigureAwait(false)).Schema;
        var parts = new List<Source<SourceChunk, NotUsed>>();
        var skipped = 0L;
        foreach (var file in files)
        {
            var sample = await FileSample.TakeAsync(file, settings, ct).ConfigureAwait(false);
            var committed = await catalog.OffsetsAsync(SourceOrigin.OffsetKeyOf(file.Uri, settings.Dataset), ct).ConfigureAwait(false);
            var origin = new SourceOrigin(
                file.Uri,
                settings.Dataset,
                Decoder(file, sample, schema, settings),
                committed,
                ("sha256", file.Sha256, file.Length));
            var from = committed.GetValueOrDefault("");
            skipped += from;
            parts.Add(Chunks(file, sample, settings, origin, from, ct));
        }

        var source = Source.From(parts).ConcatMany(part => part).Named("files");
        return await RunAsync(catalog, settings, schema, source, skipped, materializer, ct).ConfigureAwait(false);
    }

    /// <summary>Ingests a topic and waits for the end that the source's settings name.</summary>
    /// <inheritdoc cref="StartKafkaAsync"/>
    public static async Task<IngestionReport> FromKafkaAsync(
        LakeCatalog catalog,
        IngestionSettings settings,
        KafkaInput input,
        IMaterializer materializer,
        CancellationToken ct = default)
    {
        var running = await StartKafkaAsync(catalog, settings, input, materializer, ct).ConfigureAwait(false);
        return await running.Completion.ConfigureAwait(false);
    }

    /// <summary>
    /// Starts ingesting a topic from the catalog's offsets; a partition without one is read from its oldest record.
    /// Without a schema and a dataset, records have the columns of <see cref="RecordSchemas.Text"/>.
    /// </summary>
    /// <param name="catalog">Where to.</param>
    /// <param name="settings">Dataset and rules.</param>
    /// <param name="input">Topic, partitions, identity of the cluster.</param>
    /// <param name="materializer">Runs the stream.</param>
    /// <param name="ct">Stops the run; what is not committed is read again by the next one.</param>
    /// <exception cref="IngestionException">No broker, no topic, a gap, a recreated topic, or another cluster under the same name.</exception>
    /// <exception cref="OffsetConflictException">Another run is ingesting a partition of the topic into the same dataset.</exception>
    public static async Task<RunningIngestion> StartKafkaAsync(
        LakeCatalog catalog,
        IngestionSettings settings,
        KafkaInput input,
        IMaterializer materializer,
        CancellationToken ct = default)
    {
        settings.Validate();
        var source = input.Source;
        var partitions = input.Partitions
            ?? await KafkaTopic.PartitionsAsync(source.Client, source.Topic, source.BrokerTimeout).ConfigureAwait(false);
        var clusterId = input.ClusterName is null || input.PinClusterId
            ? await KafkaClusterId.ReadAsync(source.Client, source.BrokerTimeout).ConfigureAwait(false)
            : null;
        var schema = await KnownSchemaAsync(catalog, settings, ct).ConfigureAwait(false) ?? RecordSchemas.Text;
        var uri = KafkaInput.UriOf(input.ClusterName ?? clusterId!, source.Topic);
        var committed = await catalog.OffsetsAsync(SourceOrigin.OffsetKeyOf(uri, settings.Dataset), ct).ConfigureAwait(false);
        RecordDecoder decoder = input.Format switch
        {
            FileFormat.JsonLines => new JsonDecoder(schema, settings.Fields),
            FileFormat.Text => new TextDecoder(schema),
            _ => throw new IngestionException($"Kafka records as {input.Format} are not supported; use JsonLines or Text."),
        };
        var origin = new SourceOrigin(
            uri,
            settings.Dataset,
            decoder,
            committed,
            input.PinClusterId && clusterId is not null ? ("cluster", clusterId, 0) : null);
        var starts = partitions.ToDictionary(
            partition => partition,
            partition => committed.TryGetValue(Text(partition), out var next) ? next : (long?)null);

        var names = partitions.ToDictionary(partition => partition, Text);
        var chunks = KafkaSource.Create(source, starts)
            .Select(records => new SourceChunk(origin, Frame(records, names, settings.MaxRecordBytes)))
            .Named("kafka");
        var (control, published) = chunks.PreMaterialize(materializer);
        return new RunningIngestion(control, RunAsync(catalog, settings, schema, published, skipped: 0, materializer, ct));
    }

    /// <summary>The offsets that a dataset has committed of a topic, by partition; for producers that must not run too far ahead.</summary>
    public static async Task<IReadOnlyDictionary<int, long>> KafkaOffsetsAsync(
        LakeCatalog catalog,
        string dataset,
        string cluster,
        string topic,
        CancellationToken ct = default)
    {
        var stored = await catalog.OffsetsAsync(SourceOrigin.OffsetKeyOf(KafkaInput.UriOf(cluster, topic), dataset), ct).ConfigureAwait(false);
        var offsets = new Dictionary<int, long>();
        foreach (var (partition, next) in stored)
        {
            if (int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                offsets[number] = next;
        }

        return offsets;
    }

    private static async Task<IngestionReport> RunAsync(
        LakeCatalog catalog,
        IngestionSettings settings,
        TableSchema schema,
        Source<SourceChunk, NotUsed> source,
        long skipped,
        IMaterializer materializer,
        CancellationToken ct)
    {
        var begun = settings.Time.GetTimestamp();
        await using var writer = new LakeWriter(catalog.Settings, settings, schema);
        var (stop, run) = source
            .ViaMaterialized(KillSwitches.Single<SourceChunk>(), Keep.Right)
            .Via(IngestionFlows.Decode())
            .Async()
            .Via(IngestionFlows.Cut(settings.Rotation))
            .Via(IngestionFlows.Parquet(writer, ct))
            .Via(IngestionFlows.Commit(catalog, settings.Dataset, ct))
            .ToMaterialized(
                Sink.Aggregate<CommittedBatch, IngestionReport>(
                    IngestionReport.Start(settings.Dataset, skipped),
                    (report, batch) => Count(report, batch, settings, begun)),
                Keep.Both)
            .Run(materializer);
        await using var stopping = ct.Register(() => stop.Abort(new OperationCanceledException(ct)));
        IngestionReport report;
        try
        {
            report = await run.ConfigureAwait(false);
        }
        catch (Exception failure) when (ct.IsCancellationRequested && failure.GetBaseException() is OperationCanceledException)
        {
            // Whichever stage noticed first, alone or wrapped, the caller sees its own cancellation.
            throw new OperationCanceledException(ct);
        }

        var latest = report.Version ?? (await catalog.FindAsync(settings.Dataset, ct).ConfigureAwait(false))?.Version;
        return report with { Version = latest, Elapsed = settings.Time.GetElapsedTime(begun) };
    }

    private static IngestionReport Count(IngestionReport report, CommittedBatch batch, IngestionSettings settings, long begun)
    {
        var counts = batch.Prepared.Counts;
        var files = batch.Prepared.Request.Changes.SelectMany(change => change.Files).ToList();
        var next = report with
        {
            Version = batch.Result.Versions.First(version => version.Dataset == settings.Dataset),
            Read = report.Read + counts.Read,
            Accepted = report.Accepted + counts.Accepted,
            Rejected = report.Rejected + counts.Rejected,
            Filtered = report.Filtered + counts.Filtered,
            Files = report.Files + files.Count,
            Bytes = report.Bytes + files.Sum(file => file.Bytes),
            Commits = report.Commits + 1,
            Elapsed = settings.Time.GetElapsedTime(begun),
        };
        settings.Progress?.Report(next);
        return next;
    }

    private static async Task<TableSchema?> KnownSchemaAsync(LakeCatalog catalog, IngestionSettings settings, CancellationToken ct)
    {
        if (settings.Schema is not null)
            return settings.Schema;
        var dataset = await catalog.FindAsync(settings.Dataset, ct).ConfigureAwait(false);
        return dataset is null ? null : RecordSchemas.Columns(dataset.Schema);
    }

    private static RecordDecoder Decoder(InputFile file, FileSample sample, TableSchema schema, IngestionSettings settings) => file.Format switch
    {
        FileFormat.Csv => new CsvDecoder(
            CsvLayout.Map(file.Path, schema, sample.FieldNames, sample.HasHeader, settings.CsvDelimiter, settings.Fields),
            settings.NullTokens),
        FileFormat.JsonLines or FileFormat.JsonArray => new JsonDecoder(schema, settings.Fields),
        _ => new TextDecoder(schema),
    };

    private static Source<SourceChunk, NotUsed> Chunks(
        InputFile file,
        FileSample sample,
        IngestionSettings settings,
        SourceOrigin origin,
        long from,
        CancellationToken ct)
        => Source.From(() => FileRecords.ReadAsync(file, sample.HasHeader, settings, from, ct))
            .Select(records => new SourceChunk(origin, records))
            .Concat(Source.Single(new SourceChunk(origin, []))); // an empty file is noted too

    private static SourceRecord[] Frame(IReadOnlyList<KafkaRecord> records, Dictionary<int, string> names, int limit)
    {
        var framed = new SourceRecord[records.Count];
        for (var i = 0; i < framed.Length; i++)
            framed[i] = Frame(records[i], names[records[i].Partition], limit);
        return framed;
    }

    private static SourceRecord Frame(KafkaRecord record, string partition, int limit)
    {
        var bytes = record.Value ?? default;
        return bytes.Length <= limit
            ? new SourceRecord(bytes, partition, record.Offset, Line: 0, Fault: null)
            : new SourceRecord(
                bytes[..Math.Min(RecordFramer.KeptBytes, bytes.Length)],
                partition,
                record.Offset,
                Line: 0,
                Fault.TooLong(bytes.Length, limit));
    }

    private static string Text(int partition) => partition.ToString(CultureInfo.InvariantCulture);
}
