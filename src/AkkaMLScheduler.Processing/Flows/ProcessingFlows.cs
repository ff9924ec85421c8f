using Akka;
using Akka.Streams.Dsl;

namespace AkkaMLScheduler.Processing;

/// <summary>The stages between the raw rows and the files, in their order: clean → validate → dedupe. Each keeps the order of the records.</summary>
internal static class ProcessingFlows
{
    /// <summary>Cleans every text value and filters blank records.</summary>
    public static Flow<RecordBatch, RecordBatch, NotUsed> Clean(ProcessingPlan plan)
    {
        var rule = new BlankRule(plan);
        return Named("clean", batch =>
        {
            var kept = new List<Record>(batch.Records.Count);
            foreach (var record in batch.Records)
            {
                var cleaned = record with { Values = rule.Clean(record.Values) };
                if (!rule.IsBlank(cleaned.Values))
                    kept.Add(cleaned);
            }

            return batch with { Records = kept, Filtered = batch.Filtered + batch.Records.Count - kept.Count };
        });
    }

    /// <summary>Enforces the schema; what does not fit is rejected with the reason.</summary>
    public static Flow<RecordBatch, RecordBatch, NotUsed> Validate(ProcessingPlan plan)
    {
        var enforcement = new SchemaEnforcement(plan);
        return Named("validate", batch =>
        {
            var kept = new List<Record>(batch.Records.Count);
            var rejects = new List<Reject>(batch.Rejects);
            foreach (var record in batch.Records)
            {
                if (enforcement.TryEnforce(record, out var fitting, out var reject))
                    kept.Add(fitting);
                else
                    rejects.Add(reject);
            }

            return batch with { Records = kept, Rejects = rejects };
        });
    }

    /// <summary>Drops records whose content was there before. The input is ordered, so the lowest (source, offset) stays.</summary>
    public static Flow<RecordBatch, RecordBatch, NotUsed> Dedupe(ProcessingPlan plan)
    {
        var seen = new SeenContent(plan);
        return Named("dedupe", batch =>
        {
            var kept = batch.Records.Where(seen.IsNew).ToList();
            return batch with { Records = kept, Duplicates = batch.Duplicates + batch.Records.Count - kept.Count };
        });
    }

    private static Flow<RecordBatch, RecordBatch, NotUsed> Named(string name, Func<RecordBatch, RecordBatch> stage) =>
        Flow.Create<RecordBatch>().Select(stage).Named(name);
}
