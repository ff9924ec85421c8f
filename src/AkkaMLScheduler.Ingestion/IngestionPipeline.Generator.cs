using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Util;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Generation;
using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion;

public static partial class IngestionPipeline
{
    private const int GeneratedChunk = 1_000;

    // A chunk is let through at once, so that a slow rate needs small ones to be even.
    private const double ChunksPerSecond = 10;

    /// <summary>Starts ingesting generated records from where the dataset has come to, at a rate.</summary>
    /// <param name="catalog">Where to.</param>
    /// <param name="settings">Dataset and rules.</param>
    /// <param name="input">Seed, rate, end.</param>
    /// <param name="materializer">Runs the stream.</param>
    /// <param name="ct">Stops the run; what is not committed is made again by the next one.</param>
    /// <exception cref="IngestionException">A number is out of range, or the dataset was fed by the same seed with other shares.</exception>
    public static async Task<RunningIngestion> StartGeneratorAsync(
        LakeCatalog catalog, IngestionSettings settings, GeneratorInput input, IMaterializer materializer, CancellationToken ct = default)
    {
        settings.Validate();
        input.Validate();
        var known = await KnownSchemaAsync(catalog, settings, ct).ConfigureAwait(false);
        var schema = known ?? RecordSchemas.Text;
        var claim = await catalog.ClaimAsync(SourceOrigin.OffsetKeyOf(input.Uri, settings.Dataset), [""], settings.Producer, ct).ConfigureAwait(false);
        var origin = new SourceOrigin(input.Uri, settings.Dataset, new JsonDecoder(schema, settings.Fields), claim, ("shares", input.Shares, 0));
        var from = claim.Offsets.GetValueOrDefault("");
        var drain = new CancellationTokenSource();
        var source = Generated(input, from, drain.Token).Select(records => new SourceChunk(origin, records)).Named("generator");
        return new RunningIngestion(drain.Cancel, RunningIngestion.NoLag, RunAsync(catalog, settings, schema, known is null, source, from, materializer, ct));
    }

    private static Source<SourceRecord[], NotUsed> Generated(GeneratorInput input, long from, CancellationToken drained)
    {
        var stream = new GeneratedStream(input.Settings);
        var size = input.PerSecond is { } rate ? (int)Math.Clamp(rate / ChunksPerSecond, 1, GeneratedChunk) : GeneratedChunk;
        var chunks = Source.Unfold(from, next =>
        {
            var count = (int)Math.Min(size, (input.Records ?? long.MaxValue) - next);
            if (count <= 0 || drained.IsCancellationRequested)
                return Option<(long, SourceRecord[])>.None;
            var records = new SourceRecord[count];
            for (var i = 0; i < count; i++)
                records[i] = new SourceRecord(stream.At(next + i), "", next + i, Line: 0, Fault: null);
            return (next + count, records);
        });
        return input.PerSecond is { } perSecond
            ? chunks.Throttle(1, TimeSpan.FromSeconds(size / perSecond), 1, ThrottleMode.Shaping)
            : chunks;
    }
}
