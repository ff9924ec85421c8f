using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Files;
using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion;

public static partial class IngestionPipeline
{
    private const string ContentHash = "sha256";

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
        var schema = known
            ?? (await FileSample.TakeAsync(files[0], settings, ct).ConfigureAwait(false)).Infer();
        var parts = new List<Source<SourceChunk, NotUsed>>();
        var skipped = 0L;
        foreach (var file in files)
        {
            var committed = await CommittedAsync(catalog, settings, file.Path, ct).ConfigureAwait(false);
            var (part, passed) = await ReadAsync(settings, schema, file, committed, ct).ConfigureAwait(false);
            skipped += passed;
            parts.Add(part);
        }

        var source = Source.From(parts).ConcatMany(part => part).Named("files");
        return await RunAsync(catalog, settings, schema, known is null, source, skipped, materializer, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Ingests the files of a folder, and each one that appears in it, until it is drained. A file is taken once it has not grown for
    /// an interval; to be safe from a slow writer, write it under a name that begins with a dot, or elsewhere, and move it in.
    /// </summary>
    /// <param name="catalog">Where to.</param>
    /// <param name="settings">Dataset and rules.</param>
    /// <param name="folder">It may be empty, but must be there. Files that earlier runs read to their end are passed over by name and length.</param>
    /// <param name="interval">Between two looks at the folder.</param>
    /// <param name="materializer">Runs the stream.</param>
    /// <param name="ct">Stops the run; what is not committed is read again by the next one.</param>
    /// <exception cref="IngestionException">A setting is out of range.</exception>
    public static RunningIngestion StartFolder(
        LakeCatalog catalog,
        IngestionSettings settings,
        string folder,
        TimeSpan interval,
        IMaterializer materializer,
        CancellationToken ct = default)
    {
        settings.Validate();
        var drain = new CancellationTokenSource();
        var watch = new FolderWatch(folder, interval, settings.Time);
        return new RunningIngestion(drain.Cancel, RunningIngestion.NoLag, FollowAsync(catalog, settings, watch, materializer, drain, ct));
    }

    private static async Task<IngestionReport> FollowAsync(
        LakeCatalog catalog,
        IngestionSettings settings,
        FolderWatch watch,
        IMaterializer materializer,
        CancellationTokenSource drain,
        CancellationToken ct)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(drain.Token, ct);
        var known = await KnownSchemaAsync(catalog, settings, ct).ConfigureAwait(false);
        var schema = known
            ?? await SuggestedAsync(watch, settings, stopping.Token).ConfigureAwait(false);
        if (schema is null)
            return IngestionReport.Start(settings.Dataset, 0); // drained before there was a file
        var source = Source.From(() => watch.FilesAsync(stopping.Token))
            .Via(new OneAtATime<string, Source<SourceChunk, NotUsed>>("file", async path => await NewPartAsync(catalog, settings, schema, path, ct).ConfigureAwait(false)))
            .ConcatMany(part => part)
            .TakeWhile(_ => !drain.IsCancellationRequested)
            .Named("folder");
        return await RunAsync(catalog, settings, schema, known is null, source, 0, materializer, ct).ConfigureAwait(false);
    }

    private static async Task<TableSchema?> SuggestedAsync(FolderWatch watch, IngestionSettings settings, CancellationToken ct)
    {
        await foreach (var path in watch.FilesAsync(ct).ConfigureAwait(false))
        {
            var file = await InputFile.ProbeAsync(path, settings.Format, ct).ConfigureAwait(false);
            return (await FileSample.TakeAsync(file, settings, ct).ConfigureAwait(false)).Infer();
        }

        return null;
    }

    private static async Task<Source<SourceChunk, NotUsed>> NewPartAsync(
        LakeCatalog catalog, IngestionSettings settings, TableSchema schema, string path, CancellationToken ct)
    {
        var committed = await CommittedAsync(catalog, settings, path, ct).ConfigureAwait(false);
        if (SourceOrigin.WasReadWhole(committed, new FileInfo(path).Length))
            return Source.Empty<SourceChunk>();
        var file = await InputFile.ProbeAsync(path, settings.Format, ct).ConfigureAwait(false);
        return (await ReadAsync(settings, schema, file, committed, ct).ConfigureAwait(false)).Part;
    }

    private static Task<IReadOnlyDictionary<string, long>> CommittedAsync(LakeCatalog catalog, IngestionSettings settings, string path, CancellationToken ct)
        => catalog.OffsetsAsync(SourceOrigin.OffsetKeyOf(InputFile.UriOf(path), settings.Dataset), ct);

    /// <returns>The file's records from the first that is not committed on, and how many there were before it.</returns>
    private static async Task<(Source<SourceChunk, NotUsed> Part, long Skipped)> ReadAsync(
        IngestionSettings settings, TableSchema schema, InputFile file, IReadOnlyDictionary<string, long> committed, CancellationToken ct)
    {
        var sample = await FileSample.TakeAsync(file, settings, ct).ConfigureAwait(false);
        var isKnown = SourceOrigin.IsNoted(committed, ContentHash);
        var origin = new SourceOrigin(
            file.Uri,
            settings.Dataset,
            Decoder(file, sample, schema, settings),
            SourceClaim.Unclaimed(committed),
            isKnown ? [(ContentHash, await file.HashAsync(ct).ConfigureAwait(false), file.Length)] : [])
        { Length = file.Length };
        if (!isKnown)
            origin.NoteLater(ContentHash, file.Length, () => file.HashAsync(ct));
        var from = committed.GetValueOrDefault("");
        return SourceOrigin.WasReadWhole(committed, file.Length)
            ? (Source.Empty<SourceChunk>(), from)
            : (Chunks(file, sample.HasHeader, settings, origin, from, ct), from);
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
        bool hasHeader,
        IngestionSettings settings,
        SourceOrigin origin,
        long from,
        CancellationToken ct)
        => Source.From(() => FileRecords.ReadAsync(file, hasHeader, settings, from, ct))
            .Select(records => new SourceChunk(origin, records))
            .Concat(Source.Single(new SourceChunk(origin, []))); // an empty file is noted too
}
