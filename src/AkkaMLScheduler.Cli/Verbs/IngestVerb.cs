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
    private const int MostPartitions = 100_000;

    private static readonly TimeSpan ShortestRotation = TimeSpan.FromMilliseconds(1);

    private static readonly Option<string[]> From = new("--from")
    {
        Description = "A file, a folder for the files directly in it, kafka://host:port/topic, or generate://SEED?rate=PER_SECOND&records=N for made records. "
            + "Several files or folders: give it again.",
        Required = true,
    };

    private static readonly Option<string> Dataset = new("--dataset") { Description = "Name of the dataset; what cannot be taken goes to NAME__rejected.", Required = true };

    private static readonly Option<string?> Format = new("--format")
    {
        Description = $"{string.Join(", ", FileFormats.ByName.Keys)}. By default each file's own: by its name, else by its first line; jsonl from Kafka.",
    };

    private static readonly Option<string?> Schema = new("--schema")
    {
        Description = "YAML file of the columns, and of the fields that they take. By default those of the dataset, or, for a new one, what the first file suggests.",
    };

    private static readonly Option<bool> StopAtEnd = new("--stop-at-end")
    {
        Description = "Ends where the topic ended when the run began. Without it a topic is followed until Ctrl+C, which writes and commits what was read.",
    };

    private static readonly Option<bool> Watch = new("--watch")
    {
        Description = "Follows one folder: takes each file that appears in it, once it no longer grows, until Ctrl+C. A file is never read again, so it must not change.",
    };

    private static readonly Option<string?> Group = new("--group")
    {
        Description = "Joins a consumer group, whose members share the topic's partitions among them, whoever comes or goes.",
    };

    private static readonly Option<string[]> Client = new("--kafka")
    {
        Description = "KEY=VALUE: a setting of the Kafka client (librdkafka), such as security.protocol=ssl; ${env:NAME} in it is an environment variable. Several: give it again.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> Cluster = new("--cluster")
    {
        Description = "Name under which the offsets of a Kafka cluster are kept whose own id does not last, or that gives none (before 0.10.1). "
            + "By default the id that the cluster gives itself: another cluster is then never taken for it.",
    };

    private static readonly Option<string?> Partitions = new("--partitions")
    {
        Description = "Partitions to read, such as 0-3,7. By default all. Several processes may share a topic; of two on one partition the later keeps it.",
    };

    private static readonly Option<string> RotateSize =
        AmountOptions.Size("--rotate-size", "Bytes at which what was read is committed.", Rotation.Default.Bytes);

    private static readonly Option<string> RotateAfter =
        AmountOptions.Duration("--rotate-after", "Time after the first record at which it is.", Rotation.Default.Age);

    private static readonly Option<string> RotateIdle =
        AmountOptions.Duration("--rotate-idle", "Time without a record at which it is.", Rotation.Default.Idle);

    private static readonly Option<OutputFormat> Output = new("--output", "-o") { Description = "table or json." };

    /// <summary>The streams run on an actor system that says nothing by itself: whatever goes wrong comes out of the run.</summary>
    private static readonly Config Silent = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }");

    public static Command Create()
    {
        Format.AcceptOnlyFromAmong([.. FileFormats.ByName.Keys]);
        var catalogs = new CatalogOptions();
        var ingest = new Command("ingest", "Brings files or a Kafka topic into a dataset, each record once, however often a run is killed and repeated.")
        {
            From, Dataset, Format, Schema, StopAtEnd, Watch, Group, Partitions, Client, Cluster, RotateSize, RotateAfter, RotateIdle, Output,
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
            settings = settings with { Format = parse.GetValue(Format) is { } name ? FileFormats.ByName[name] : null };
            var places = parse.GetValue(From)!;
            var source = SourceOf(places, parse);
            await using var catalog = await catalogs.OpenOrMakeAsync(parse, ct);
            using var system = ActorSystem.Create("amls-ingest", Silent);
            using var streams = system.Materializer();
            var report = await ShowAsync(settings.Dataset, progress =>
            {
                var told = settings with { Progress = progress };
                return source is null
                    ? IngestionPipeline.FromFilesAsync(catalog, told, places, streams, ct)
                    : FollowAsync(catalog, told, source, streams, ct);
            });
            parse.GetValue(Output).Write(IngestionView.Of(report), DataJson.Default.IngestionView, DataTables.Ingestion);
            return ExitCodes.Success;
        });
        return ingest;
    }

    /// <returns>Null where files are meant that are there.</returns>
    private static IngestionSource? SourceOf(string[] places, ParseResult parse)
    {
        var watch = parse.GetValue(Watch);
        if (places.Length > 1)
        {
            if (watch || places.Any(place => IngestionSource.Parse(place) is not null))
                throw new UserError("--from takes one topic, generator or watched folder, or files and folders; a run for each keeps their offsets apart");
            return null;
        }

        var source = IngestionSource.Parse(places[0]);
        if (watch) source = source is null ? new IngestionSource.Folder(Path.GetFullPath(places[0]), IngestionSource.Folder.DefaultInterval) : throw new UserError("--watch goes with a folder");
        if (source is IngestionSource.Topic topic) return topic with { Input = Input(topic.Input, parse) };
        return parse.GetValue(Group) is null && parse.GetValue(Partitions) is null && parse.GetValue(Cluster) is null && parse.GetValue(Client)!.Length == 0
            ? source
            : throw new UserError("--group, --partitions, --cluster and --kafka go with a topic: --from kafka://host:port/topic");
    }

    private static KafkaInput Input(KafkaInput input, ParseResult parse)
    {
        var (group, partitions, cluster) = (parse.GetValue(Group), parse.GetValue(Partitions), parse.GetValue(Cluster));
        if (group is not null && partitions is not null) throw new UserError("--group has partitions given to its members; leave --partitions out");
        var client = new Dictionary<string, string>();
        foreach (var setting in parse.GetValue(Client)!)
        {
            if (setting.IndexOf('=', StringComparison.Ordinal) is var at && at < 1) throw new UserError($"--kafka is '{setting}'; it must be KEY=VALUE");
            client[setting[..at]] = setting[(at + 1)..];
        }

        var read = input.With(client, group, cluster);
        return read with
        {
            Source = read.Source with { Stop = parse.GetValue(StopAtEnd) ? KafkaStop.AtLogEnd : KafkaStop.Never },
            Partitions = partitions is null ? null : Numbers(partitions),
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
        LakeCatalog catalog, IngestionSettings settings, IngestionSource source, IMaterializer streams, CancellationToken ct)
    {
        var running = await source.StartAsync(catalog, settings, streams, CancellationToken.None);
        await using var drain = ct.Register(running.Drain);
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
