using System.CommandLine;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Streams;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Ingestion;
using AkkaMLScheduler.Ingestion.Files;
using AkkaMLScheduler.Ingestion.Kafka;
using Spectre.Console;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Brings files or a Kafka topic into a dataset, by hand.</summary>
internal static class IngestVerb
{
    private const string KafkaScheme = "kafka";
    private const int MostPartitions = 100_000;

    private static readonly TimeSpan ShortestRotation = TimeSpan.FromMilliseconds(1);

    private static readonly Dictionary<string, FileFormat> Formats = new(StringComparer.Ordinal)
    {
        ["csv"] = FileFormat.Csv,
        ["jsonl"] = FileFormat.JsonLines,
        ["json"] = FileFormat.JsonArray,
        ["text"] = FileFormat.Text,
    };

    private static readonly Option<string[]> From = new("--from")
    {
        Description = "A file, a folder for the files directly in it, or kafka://host:port/topic. Several files or folders: give it again.",
        Required = true,
    };

    private static readonly Option<string> Dataset = new("--dataset") { Description = "Name of the dataset; what cannot be taken goes to NAME__rejected.", Required = true };

    private static readonly Option<string?> Format = new("--format")
    {
        Description = $"{string.Join(", ", Formats.Keys)}. By default each file's own: by its name, else by its first line; jsonl from Kafka.",
    };

    private static readonly Option<string?> Schema = new("--schema")
    {
        Description = "YAML file of the columns, and of the fields that they take. By default those of the dataset, or, for a new one, what the first file suggests.",
    };

    private static readonly Option<bool> StopAtEnd = new("--stop-at-end")
    {
        Description = "Ends where the topic ended when the run began. Without it a topic is followed until Ctrl+C, which writes and commits what was read.",
    };

    private static readonly Option<string[]> Client = new("--kafka")
    {
        Description = "KEY=VALUE: a setting of the Kafka client (librdkafka), such as security.protocol=ssl. Several: give it again.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> Cluster = new("--cluster")
    {
        Description = "Name under which the offsets of a Kafka cluster are kept whose own id does not last, or that gives none (before 0.10.1). "
            + "By default the id that the cluster gives itself: another cluster is then never taken for it.",
    };

    private static readonly Option<string?> Partitions = new("--partitions")
    {
        Description = "Partitions to read, such as 0-3,7. By default all. Several processes may share a topic; two on one partition: one is refused.",
    };

    private static readonly Option<string> RotateSize =
        AmountOptions.Size("--rotate-size", "Bytes read at which a file is finished and committed.", Rotation.Default.Bytes);

    private static readonly Option<string> RotateAfter =
        AmountOptions.Duration("--rotate-after", "Time after a file's first record at which it is.", Rotation.Default.Age);

    private static readonly Option<string> RotateIdle =
        AmountOptions.Duration("--rotate-idle", "Time without a record at which it is.", Rotation.Default.Idle);

    private static readonly Option<OutputFormat> Output = new("--output", "-o") { Description = "table or json." };

    /// <summary>The streams run on an actor system that says nothing by itself: whatever goes wrong comes out of the run.</summary>
    private static readonly Config Silent = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }");

    public static Command Create()
    {
        Format.AcceptOnlyFromAmong([.. Formats.Keys]);
        var catalogs = new CatalogOptions();
        var ingest = new Command("ingest", "Brings files or a Kafka topic into a dataset, each record once, however often a run is killed and repeated.")
        {
            From, Dataset, Format, Schema, StopAtEnd, Partitions, Client, Cluster, RotateSize, RotateAfter, RotateIdle, Output,
        };
        catalogs.AddTo(ingest);
        ingest.SetAction(async (parse, ct) =>
        {
            var settings = new IngestionSettings(parse.GetValue(Dataset)!)
            {
                Producer = $"amls ingest by {Environment.UserName}",
                Rotation = Rotation.Default with
                {
                    Bytes = parse.ReadSize(RotateSize),
                    Age = parse.ReadDuration(RotateAfter, ShortestRotation),
                    Idle = parse.ReadDuration(RotateIdle, ShortestRotation),
                },
            };
            if (parse.GetValue(Schema) is { } file && SchemaFile.Read(file) is var read) settings = settings with { Schema = read.Schema, Fields = read.Fields };
            FileFormat? format = parse.GetValue(Format) is { } name ? Formats[name] : null;
            var places = parse.GetValue(From)!;
            var topic = TopicOf(places, parse);
            await using var catalog = await catalogs.OpenOrMakeAsync(parse, ct);
            using var system = ActorSystem.Create("amls-ingest", Silent);
            using var streams = system.Materializer();
            var report = await ShowAsync(settings.Dataset, progress =>
            {
                var told = settings with { Format = format, Progress = progress };
                return topic is null
                    ? IngestionPipeline.FromFilesAsync(catalog, told, places, streams, ct)
                    : FollowAsync(catalog, told, topic, format, parse.GetValue(StopAtEnd), streams, ct);
            });
            parse.GetValue(Output).Write(IngestionView.Of(report), DataJson.Default.IngestionView, DataTables.Ingestion);
            return ExitCodes.Success;
        });
        return ingest;
    }

    /// <returns>Null where files are meant.</returns>
    private static KafkaInput? TopicOf(string[] places, ParseResult parse)
    {
        var uris = places.Where(place => place.StartsWith($"{KafkaScheme}:", StringComparison.OrdinalIgnoreCase)).ToList();
        if (uris.Count == 0) return null;
        if (places.Length > 1) throw new UserError("--from takes one topic, or files and folders; a run for each topic keeps their offsets apart");
        if (!Uri.TryCreate(uris[0], UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Segments.Length != 2 || uri.Query.Length > 0)
            throw new UserError($"--from '{uris[0]}' is no topic; write kafka://host:port/topic");
        var port = uri.Port > 0 ? uri.Port : 9092;
        var client = new Confluent.Kafka.ClientConfig();
        foreach (var setting in parse.GetValue(Client)!)
        {
            if (setting.IndexOf('=', StringComparison.Ordinal) is var at && at < 1) throw new UserError($"--kafka is '{setting}'; it must be KEY=VALUE");
            client.Set(setting[..at], setting[(at + 1)..]);
        }

        client.BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"{uri.Host}:{port}");
        return new KafkaInput(new KafkaSourceSettings(client, Uri.UnescapeDataString(uri.Segments[1])))
        {
            Partitions = parse.GetValue(Partitions) is { } list ? Numbers(list) : null,
            ClusterName = parse.GetValue(Cluster),
            PinClusterId = parse.GetValue(Cluster) is null,
        };
    }

    /// <summary>Of <c>0-3,7</c>, in order.</summary>
    private static IReadOnlyList<int> Numbers(string list)
    {
        var numbers = new SortedSet<int>();
        foreach (var part in list.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !ends.All(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                || (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture)) is var (first, last)
                && (last < first || last - first > MostPartitions))
                throw new UserError($"--partitions is '{list}'; it must be numbers and ranges, such as 0-3,7");
            numbers.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return [.. numbers];
    }

    /// <summary>Ctrl+C drains: what was fetched is still written and committed.</summary>
    private static async Task<IngestionReport> FollowAsync(
        LakeCatalog catalog, IngestionSettings settings, KafkaInput topic, FileFormat? format, bool stopAtEnd, IMaterializer streams, CancellationToken ct)
    {
        var input = topic with
        {
            Source = topic.Source with { Stop = stopAtEnd ? KafkaStop.AtLogEnd : KafkaStop.Never },
            Format = format ?? FileFormat.JsonLines,
        };
        var running = await IngestionPipeline.StartKafkaAsync(catalog, settings, input, streams, CancellationToken.None);
        await using var drain = ct.Register(() => running.Control.DrainAndStop());
        return await running.Completion;
    }

    /// <summary>A line on standard error that counts, when a person is looking.</summary>
    private static async Task<IngestionReport> ShowAsync(string dataset, Func<IProgress<IngestionReport>?, Task<IngestionReport>> work)
    {
        if (Console.IsErrorRedirected) return await work(null);
        return await Tables.Error.Status().StartAsync(
            $"{dataset}: reading", status => work(new Progress<IngestionReport>(report => status.Status(
                string.Create(CultureInfo.InvariantCulture, $"{dataset}: {report.Read:N0} records committed in {report.Files:N0} files, {Quantity.Memory(report.Bytes)}")))));
    }
}
