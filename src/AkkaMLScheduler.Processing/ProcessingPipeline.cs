using Akka.Streams;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Processing;

/// <summary>
/// raw → processed → curated in one stream and one commit: source (ordered) → clean → validate → dedupe → write. Memory is bounded by
/// a few batches, one row group per layer, the sort's limit and 16 bytes of hash per distinct record.
/// </summary>
public static class ProcessingPipeline
{
    /// <summary>Another run may win the race for the commit; then its result is taken, or the work is done again for a newer raw version.</summary>
    private const int MaxTries = 5;

    /// <summary>
    /// Processes the raw version. All layers are replaced in one commit whose parents are exact versions; when the newest versions were
    /// made from this raw version by these rules, nothing is done, so a run killed at any point can simply be run again.
    /// </summary>
    /// <param name="catalog">Where the data is.</param>
    /// <param name="settings">What to process.</param>
    /// <param name="materializer">Runs the stream.</param>
    /// <param name="ct">Stops the run; nothing of it is committed.</param>
    /// <exception cref="ProcessingException">No such raw dataset, a schema that does not match it, too many records, an unreadable file.</exception>
    /// <exception cref="CatalogException">The catalog is out of reach or a layer's name is taken by another layer.</exception>
    public static async Task<ProcessingReport> RunAsync(
        LakeCatalog catalog, ProcessingSettings settings, IMaterializer materializer, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var raw = await catalog.FindAsync(settings.RawDataset, ct).ConfigureAwait(false)
                ?? throw new ProcessingException($"There is no dataset '{settings.RawDataset}' to process; ingest it first.");
            var run = new ProcessingRun(catalog, ProcessingPlan.For(raw, settings), materializer);
            if (await run.FindDoneAsync(ct).ConfigureAwait(false) is { } done)
                return done;
            try
            {
                return await run.ExecuteAsync(ct).ConfigureAwait(false);
            }
            catch (OffsetConflictException) when (attempt < MaxTries)
            {
                // Another run committed meanwhile: look at what it made.
            }
        }
    }
}
