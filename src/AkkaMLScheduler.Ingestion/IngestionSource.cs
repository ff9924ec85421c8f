using System.Globalization;
using Akka.Streams;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Files;
using AkkaMLScheduler.Ingestion.Generation;
using AkkaMLScheduler.Ingestion.Kafka;
using AkkaMLScheduler.Ingestion.Pipeline;
using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion;

/// <summary>What a pipeline reads without end, written as an address.</summary>
public abstract record IngestionSource
{
    private const string KafkaScheme = "kafka";
    private const string GeneratorScheme = "generate";
    private const int KafkaPort = 9092;

    private static readonly string[] GeneratorKeys = ["rate", "records", "duplicates", "malformed"];

    private IngestionSource() { }

    /// <summary>A topic: <c>kafka://host:port/topic</c>.</summary>
    public sealed record Topic(KafkaInput Input) : IngestionSource
    {
        private protected override Task<RunningIngestion> BeginAsync(LakeCatalog catalog, IngestionSettings settings, IMaterializer streams, CancellationToken ct)
            => IngestionPipeline.StartKafkaAsync(catalog, settings, Input with { Format = settings.Format ?? FileFormat.JsonLines }, streams, ct);
    }

    /// <summary>Files that come into a folder.</summary>
    /// <param name="Path">The folder's path.</param>
    /// <param name="Interval">Between two looks at it.</param>
    public sealed record Folder(string Path, TimeSpan Interval) : IngestionSource
    {
        /// <summary>1 s.</summary>
        public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);

        private protected override Task<RunningIngestion> BeginAsync(LakeCatalog catalog, IngestionSettings settings, IMaterializer streams, CancellationToken ct)
            => Task.FromResult(IngestionPipeline.StartFolder(catalog, settings, Path, Interval, streams, ct));
    }

    /// <summary>
    /// Made records: <c>generate://SEED?rate=PER_SECOND&amp;records=N&amp;duplicates=SHARE&amp;malformed=SHARE</c>, each of the four optional.
    /// </summary>
    public sealed record Generator(GeneratorInput Input) : IngestionSource
    {
        private protected override Task<RunningIngestion> BeginAsync(LakeCatalog catalog, IngestionSettings settings, IMaterializer streams, CancellationToken ct)
            => IngestionPipeline.StartGeneratorAsync(catalog, settings, Input, streams, ct);
    }

    /// <summary>Reads an address.</summary>
    /// <returns>Null for what is no address but a path.</returns>
    /// <exception cref="IngestionException">It is an address that cannot be read.</exception>
    public static IngestionSource? Parse(string address)
    {
        if (address.StartsWith(KafkaScheme + ":", StringComparison.OrdinalIgnoreCase))
            return new Topic(ParseTopic(address));
        return address.StartsWith(GeneratorScheme + ":", StringComparison.OrdinalIgnoreCase) ? new Generator(ParseGenerator(address)) : null;
    }

    /// <summary>Starts reading it into a dataset, and goes on with its new columns where another changes them.</summary>
    /// <param name="catalog">Where to.</param>
    /// <param name="settings">Dataset and rules.</param>
    /// <param name="materializer">Runs the stream.</param>
    /// <param name="ct">Stops the run; what is not committed is read again by the next one.</param>
    /// <exception cref="IngestionException">The source cannot be read; one line says why.</exception>
    public Task<RunningIngestion> StartAsync(LakeCatalog catalog, IngestionSettings settings, IMaterializer materializer, CancellationToken ct = default)
        => new SchemaFollower(settings, told => BeginAsync(catalog, told, materializer, ct)).StartAsync();

    private protected abstract Task<RunningIngestion> BeginAsync(LakeCatalog catalog, IngestionSettings settings, IMaterializer streams, CancellationToken ct);

    private static KafkaInput ParseTopic(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Segments.Length != 2 || uri.Query.Length > 0)
            throw new IngestionException($"'{address}' is no topic; write kafka://host:port/topic.");
        var client = new ClientConfig
        {
            BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"{uri.Host}:{(uri.Port > 0 ? uri.Port : KafkaPort)}"),
        };
        return new KafkaInput(new KafkaSourceSettings(client, Uri.UnescapeDataString(uri.Segments[1])));
    }

    private static GeneratorInput ParseGenerator(string address)
    {
        IngestionException Wrong(string why) => new($"'{address}' is no generator: {why}; write generate://SEED?rate=PER_SECOND&records=N&duplicates=SHARE&malformed=SHARE.");
        var parts = address[(GeneratorScheme.Length + 1)..].TrimStart('/').Split('?', 2);
        if (!ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
            throw Wrong($"its seed is '{parts[0]}'");
        var values = new Dictionary<string, double>();
        foreach (var pair in parts.Length < 2 ? [] : parts[1].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, text) = pair.Split('=', 2) is [var name, var given] ? (name, given) : (pair, "");
            if (!GeneratorKeys.Contains(key))
                throw Wrong($"it has no '{key}'");
            if (!double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) || !values.TryAdd(key, value))
                throw Wrong($"its {key} is '{text}'");
        }

        var fallback = new GeneratorSettings(seed);
        var input = new GeneratorInput(fallback with
        {
            DuplicateShare = values.GetValueOrDefault("duplicates", fallback.DuplicateShare),
            MalformedShare = values.GetValueOrDefault("malformed", fallback.MalformedShare),
        })
        {
            PerSecond = values.TryGetValue("rate", out var rate) ? rate : null,
            Records = values.TryGetValue("records", out var records) ? (long)records : null,
        };
        input.Validate();
        return input;
    }
}
