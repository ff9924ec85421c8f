using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion;

/// <summary>The meter <c>AkkaMLScheduler.Ingestion</c>. Records count when they are committed, so that the counters add up like the reports.</summary>
public static class IngestionMetrics
{
    public const string MeterName = "AkkaMLScheduler.Ingestion";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Read = Meter.CreateCounter<long>("amls.ingestion.records_read", "{record}", "Records read and committed.");
    private static readonly Counter<long> Accepted = Meter.CreateCounter<long>("amls.ingestion.records_accepted", "{record}", "Records in the dataset.");
    private static readonly Counter<long> Rejected = Meter.CreateCounter<long>("amls.ingestion.records_rejected", "{record}", "Records in the rejects dataset.");
    private static readonly Counter<long> Filtered = Meter.CreateCounter<long>("amls.ingestion.records_filtered", "{record}", "Blank records left out.");

    private static readonly Histogram<double> CommitSeconds = Meter.CreateHistogram(
        "amls.ingestion.commit_duration",
        "s",
        "Catalog transaction of one batch.",
        tags: null,
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("amls.ingestion.failures", "{failure}", "Times that a pipeline stopped with an error.");

    private static readonly ConcurrentDictionary<RunningIngestion, TagList> Running = new();

    static IngestionMetrics() => Meter.CreateObservableGauge(
        "amls.ingestion.lag", Lags, "{record}", "Records of a partition that are there and not committed; about a second old.");

    /// <summary>Shows the lag of a run until it ends.</summary>
    internal static RunningIngestion Shown(RunningIngestion run, string dataset, string source)
    {
        Running[run] = new TagList { { "dataset", dataset }, { "source", source } };
        run.Completion.ContinueWith(_ => Running.TryRemove(run, out TagList _), TaskScheduler.Default);
        return run;
    }

    /// <summary>Counts a pipeline that stopped with an error.</summary>
    public static void Failed(string dataset) => Failures.Add(1, new TagList { { "dataset", dataset } });

    public static void Committed(string dataset, RecordCounts counts, TimeSpan latency)
    {
        var tags = new TagList { { "dataset", dataset } };
        Read.Add(counts.Read, tags);
        Accepted.Add(counts.Accepted, tags);
        Rejected.Add(counts.Rejected, tags);
        Filtered.Add(counts.Filtered, tags);
        CommitSeconds.Record(latency.TotalSeconds, tags);
    }

    private static IEnumerable<Measurement<long>> Lags()
    {
        foreach (var (run, tags) in Running)
        {
            foreach (var (partition, lag) in run.Lag)
                yield return new Measurement<long>(lag, [.. tags, KeyValuePair.Create<string, object?>("partition", partition)]);
        }
    }
}
