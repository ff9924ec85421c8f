using System.Diagnostics;
using System.Diagnostics.Metrics;
using AkkaMLScheduler.Catalog;

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

    public static void Committed(string dataset, RecordCounts counts, TimeSpan latency)
    {
        var tags = new TagList { { "dataset", dataset } };
        Read.Add(counts.Read, tags);
        Accepted.Add(counts.Accepted, tags);
        Rejected.Add(counts.Rejected, tags);
        Filtered.Add(counts.Filtered, tags);
        CommitSeconds.Record(latency.TotalSeconds, tags);
    }
}
