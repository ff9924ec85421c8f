using Akka.Streams;
using Akka.Streams.Dsl;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Processing;

/// <summary>One try of the pipeline over one raw version.</summary>
internal sealed class ProcessingRun(LakeCatalog catalog, ProcessingPlan plan, IMaterializer materializer)
{
    private readonly string _producer = plan.Settings.Producer();
    private readonly string _rejectsDataset = DatasetName.RejectsOf(plan.Settings.ProcessedDataset);

    /// <summary>Counts the runs of a processed dataset. Compare-and-set on it lets only one of two runs at once commit.</summary>
    private string RunCounter => $"processing://{plan.Settings.ProcessedDataset}";

    /// <summary>The report of an earlier run whose result is still the newest and the same; null when there is none.</summary>
    public async Task<ProcessingReport?> FindDoneAsync(CancellationToken ct)
    {
        var processed = await catalog.FindAsync(plan.Settings.ProcessedDataset, ct).ConfigureAwait(false);
        var curated = await catalog.FindAsync(plan.Settings.CuratedDataset, ct).ConfigureAwait(false);
        if (processed is null || curated is null || processed.Producer != _producer || curated.Producer != _producer
            || !processed.Parents.SequenceEqual([plan.Raw.Version]) || !curated.Parents.SequenceEqual([processed.Version]))
            return null;
        return await ReportAsync(processed, curated, alreadyDone: true, ct).ConfigureAwait(false);
    }

    /// <exception cref="OffsetConflictException">Another run committed first.</exception>
    public async Task<ProcessingReport> ExecuteAsync(CancellationToken ct)
    {
        var offsets = await catalog.OffsetsAsync(RunCounter, ct).ConfigureAwait(false);
        long? runs = offsets.TryGetValue("", out var counted) ? counted : null;
        await using var writers = new LayerWriters(plan, catalog.Settings);
        await StreamAsync(writers, ct).ConfigureAwait(false);
        if (!writers.Counts.AddUp || writers.Counts.Read != plan.Raw.Rows || writers.Processed.Rows != writers.Counts.Accepted)
            throw new InvalidOperationException($"the counts of {plan.Raw.Version} ({plan.Raw.Rows} rows) do not add up: {writers.Counts}");

        var changes = new List<DatasetChange>
        {
            await ChangeAsync(writers.Processed, plan.Settings.ProcessedDataset, Layer.Processed, plan.Raw.Version, writers.Counts, ct)
                .ConfigureAwait(false),
            await ChangeAsync(
                writers.Curated,
                plan.Settings.CuratedDataset,
                Layer.Curated,
                DatasetVersion.InThisCommit(plan.Settings.ProcessedDataset),
                Kept(writers.Curated.Rows),
                ct).ConfigureAwait(false),
        };

        // Rejects of a former version must not pass for those of this one; without any there is nothing to replace.
        if (writers.Rejects.Rows > 0 || await catalog.FindAsync(_rejectsDataset, ct).ConfigureAwait(false) is not null)
        {
            changes.Add(await ChangeAsync(
                writers.Rejects, _rejectsDataset, Layer.Rejects, plan.Raw.Version, Kept(writers.Rejects.Rows), ct).ConfigureAwait(false));
        }

        var advance = new OffsetAdvance(RunCounter, "", runs, (runs ?? 0) + 1);
        var result = await catalog.CommitAsync(new CommitRequest(changes, [advance]), ct).ConfigureAwait(false);
        var processed = await catalog.FindAsync(result.Versions[0].ToString(), ct).ConfigureAwait(false);
        var curated = await catalog.FindAsync(result.Versions[1].ToString(), ct).ConfigureAwait(false);
        return await ReportAsync(processed!, curated!, alreadyDone: false, ct).ConfigureAwait(false);
    }

    private static RecordCounts Kept(long rows) => new(rows, rows, 0, 0, 0);

    private static LayerReport Layered(DatasetSnapshot version) =>
        new(version.Version, version.Counts, version.Rows, version.Files.Count, version.Bytes);

    private async Task StreamAsync(LayerWriters writers, CancellationToken ct)
    {
        try
        {
            await Source.From(() => RawRows.ReadAsync(plan, ct))
                .Via(ProcessingFlows.Clean(plan))
                .Via(ProcessingFlows.Validate(plan))
                .Via(ProcessingFlows.Dedupe(plan))
                .Async()
                .Via(Flow.Create<RecordBatch>().SelectAsync(1, batch => writers.WriteAsync(batch, ct)).Named("write"))
                .RunWith(Sink.Ignore<RecordBatch>(), materializer).ConfigureAwait(false);
        }
        catch (AggregateException error) when (error.InnerException is not null)
        {
            // The stage that awaits a task wraps what the task threw.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.InnerException);
        }

        ct.ThrowIfCancellationRequested();
    }

    private async Task<DatasetChange> ChangeAsync(
        DatasetWriter writer, string dataset, Layer layer, DatasetVersion parent, RecordCounts counts, CancellationToken ct)
    {
        var files = await writer.CompleteAsync(ct).ConfigureAwait(false);
        return new DatasetChange(dataset, layer, writer.Schema, ChangeMode.Replace, files, [parent], counts, _producer);
    }

    private async Task<ProcessingReport> ReportAsync(DatasetSnapshot processed, DatasetSnapshot curated, bool alreadyDone, CancellationToken ct)
    {
        var rejects = await catalog.FindAsync(_rejectsDataset, ct).ConfigureAwait(false);
        return new ProcessingReport(
            plan.Raw.Version,
            Layered(processed),
            Layered(curated),
            rejects is null ? null : Layered(rejects),
            RawRows.Sum(curated, "n_tokens"),
            alreadyDone);
    }
}
