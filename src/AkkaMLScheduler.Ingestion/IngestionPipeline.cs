using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion;

/// <summary>
/// Source → decode → cut → Parquet → commit, as Akka streams. Decoding validates too: a field becomes a value of its column's type in one
/// step. Rows, rejects and source offsets are one catalog transaction, so a record lands once however often a run is killed and repeated.
/// </summary>
public static partial class IngestionPipeline
{
    private static async Task<IngestionReport> RunAsync(
        LakeCatalog catalog,
        IngestionSettings settings,
        TableSchema schema,
        bool isNew,
        Source<SourceChunk, NotUsed> source,
        long skipped,
        IMaterializer materializer,
        CancellationToken ct)
    {
        var begun = settings.Time.GetTimestamp();
        await using var writer = new LakeWriter(catalog.Settings, settings, schema, isNew);
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
        var counts = batch.Counts;
        var files = batch.Request.Changes.SelectMany(change => change.Files).ToList();
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
}
