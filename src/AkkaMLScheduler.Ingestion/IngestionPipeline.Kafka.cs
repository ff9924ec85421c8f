using Akka.Streams;
using Akka.Streams.Dsl;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Files;
using AkkaMLScheduler.Ingestion.Kafka;
using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion;

public static partial class IngestionPipeline
{
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
    /// <exception cref="IngestionException">No broker, no topic, an environment variable that is not set, a gap, a recreated topic, or another cluster under the same name.</exception>
    /// <exception cref="OffsetConflictException">Another run is ingesting a partition of the topic into the same dataset.</exception>
    public static async Task<RunningIngestion> StartKafkaAsync(
        LakeCatalog catalog,
        IngestionSettings settings,
        KafkaInput input,
        IMaterializer materializer,
        CancellationToken ct = default)
    {
        settings.Validate();
        var source = input.Source with { Client = ClientSettings.Resolve(input.Source.Client) };
        var cluster = input.ClusterName is null || input.PinClusterId
            ? await KafkaCluster.ReadAsync(source.Client, source.BrokerTimeout).ConfigureAwait(false)
            : null;
        var pinned = input.PinClusterId ? cluster : null;
        // Of a group's topic too: whether it exists at all.
        var topic = await KafkaTopic.ReadAsync(source.Client, source.Topic, pinned, source.BrokerTimeout).ConfigureAwait(false);

        // Offsets mean something only within one topic of one cluster.
        List<(string Kind, string Value, long Number)> identities = pinned is null ? [] : [("cluster", pinned.Id, 0)];
        if (topic.Id is { } topicId)
            identities.Add(("topic id", topicId, 0));
        var known = await KnownSchemaAsync(catalog, settings, ct).ConfigureAwait(false);
        var schema = known ?? RecordSchemas.Text;
        var uri = KafkaInput.UriOf(input.ClusterName ?? cluster!.Id, source.Topic);
        var key = SourceOrigin.OffsetKeyOf(uri, settings.Dataset);
        RecordDecoder decoder = input.Format switch
        {
            FileFormat.JsonLines => new JsonDecoder(schema, settings.Fields),
            FileFormat.Text => new TextDecoder(schema),
            _ => throw new IngestionException($"Kafka records as {input.Format} are not supported; use JsonLines or Text."),
        };
        SourceOrigin Origin(SourceClaim claim, KafkaAssignment? assignment) => new(
            uri,
            settings.Dataset,
            decoder,
            claim,
            identities)
        { Assignment = assignment };
        _ = Origin(SourceClaim.Unclaimed(await catalog.OffsetsAsync(key, ct).ConfigureAwait(false)), null); // another cluster is refused before anything is read

        var read = source with
        {
            Partitions = input.Group is null ? input.Partitions ?? topic.Partitions : null,
            GroupId = input.Group ?? source.GroupId,
        };
        SourceOrigin? origin = null;
        var chunks = KafkaSource.Create(read, assigned => new KafkaAssignment(
                catalog.ClaimAsync(key, [.. assigned.Select(KafkaAssignment.Text)], settings.Producer, ct).GetAwaiter().GetResult()))
            .Select(batch =>
            {
                if (origin?.Assignment != batch.Assignment)
                    origin = Origin(batch.Assignment.Claim, batch.Assignment);
                return new SourceChunk(origin, Frame(batch.Records, settings.MaxRecordBytes), batch.IsLast);
            })
            .Named("kafka");
        var (control, published) = chunks.PreMaterialize(materializer);
        var run = RunAsync(catalog, settings, schema, known is null, published, skipped: 0, materializer, ct);
        return IngestionMetrics.Shown(new RunningIngestion(() => control.DrainAndStop(), () => control.Lag, run), settings.Dataset, uri);
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
            if (KafkaAssignment.IsPartition(partition, out var number))
                offsets[number] = next;
        }

        return offsets;
    }

    private static SourceRecord[] Frame(IReadOnlyList<KafkaRecord> records, int limit)
    {
        var framed = new SourceRecord[records.Count];
        var partition = -1;
        var name = "";
        for (var i = 0; i < framed.Length; i++)
        {
            if (records[i].Partition != partition)
                (partition, name) = (records[i].Partition, KafkaAssignment.Text(records[i].Partition));
            framed[i] = Frame(records[i], name, limit);
        }

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
}
