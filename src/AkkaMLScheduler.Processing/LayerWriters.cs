using System.Globalization;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Catalog.Text;

namespace AkkaMLScheduler.Processing;

/// <summary>The end of the stream: each batch goes into the processed, curated and rejects files, and its records are counted.</summary>
internal sealed class LayerWriters(ProcessingPlan plan, CatalogSettings settings) : IAsyncDisposable
{
    public DatasetWriter Processed { get; } = new(settings, plan.Settings.ProcessedDataset, plan.ProcessedSchema);

    public DatasetWriter Curated { get; } = new(settings, plan.Settings.CuratedDataset, ProcessingPlan.CuratedSchema);

    public DatasetWriter Rejects { get; } =
        new(settings, DatasetName.RejectsOf(plan.Settings.ProcessedDataset), ProcessingPlan.RejectsSchema);

    public RecordCounts Counts { get; private set; } = RecordCounts.None;

    public long Tokens { get; private set; }

    public async Task<RecordBatch> WriteAsync(RecordBatch batch, CancellationToken ct)
    {
        foreach (var record in batch.Records)
        {
            var text = plan.IsTabular ? RowText.Pairs(plan.Enforced, record.Values) : (string)record.Values[plan.TextIndex]!;
            await Processed.AddAsync([.. record.Values, record.Source, record.Offset], text.Length, ct).ConfigureAwait(false);
            var tokens = ByteTokenizer.Encode(text);
            await Curated.AddAsync([DocumentId(record), text, tokens, tokens.Length], text.Length, ct).ConfigureAwait(false);
            Tokens += tokens.Length;
        }

        foreach (var reject in batch.Rejects)
        {
            var original = RowText.Json(plan.Input, reject.Record.Original);
            object?[] row = [reject.Record.Source, reject.Record.Offset, reject.Code, reject.Column, reject.Message, original];
            await Rejects.AddAsync(row, original.Length, ct).ConfigureAwait(false);
        }

        Counts += new RecordCounts(batch.Read, batch.Records.Count, batch.Rejects.Count, batch.Filtered, batch.Duplicates);
        return batch;
    }

    public async ValueTask DisposeAsync()
    {
        await Processed.DisposeAsync().ConfigureAwait(false);
        await Curated.DisposeAsync().ConfigureAwait(false);
        await Rejects.DisposeAsync().ConfigureAwait(false);
    }

    private string DocumentId(Record record) => plan.IdIndex >= 0 && record.Values[plan.IdIndex] is { } id && RowText.Value(id) is { Length: > 0 } name
        ? name
        : string.Create(CultureInfo.InvariantCulture, $"{record.Source}:{record.Offset}");
}
