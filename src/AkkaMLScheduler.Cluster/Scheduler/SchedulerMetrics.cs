using System.Diagnostics.Metrics;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>What the scheduler tells Prometheus.</summary>
public static class SchedulerMetrics
{
    public const string MeterName = "AkkaMLScheduler.Scheduler";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Starts = Meter.CreateCounter<long>("amls.scheduler.starts", "{attempt}", "Attempts given a place.");
    private static readonly Counter<long> Preempts = Meter.CreateCounter<long>("amls.scheduler.preemptions", "{attempt}", "Attempts asked to give way.");
    private static readonly Gauge<long> Waiting = Meter.CreateGauge<long>("amls.scheduler.waiting", "{job}", "Jobs waiting for a place.");
    private static readonly Gauge<long> Placed = Meter.CreateGauge<long>("amls.scheduler.placed", "{attempt}", "Attempts that hold a place.");
    private static readonly Histogram<double> PlanSeconds = Meter.CreateHistogram(
        "amls.scheduler.plan", "s", "Time to apply a cycle's inputs and plan.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.001, 0.01, 0.1, 1, 10] });

    private static readonly Histogram<double> StoreSeconds = Meter.CreateHistogram(
        "amls.scheduler.store", "s", "Time to store a cycle in the ledger.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.01, 0.1, 1, 10] });

    public static void Record(LedgerEntry entry, SchedulerCore core, CyclePhases phases)
    {
        Starts.Add(entry.Starts.Count);
        Preempts.Add(entry.Preempts.Count);
        PlanSeconds.Record((phases.Apply + phases.Plan).TotalSeconds);
        StoreSeconds.Record(phases.Store.TotalSeconds);
        Record(core);
    }

    public static void Record(SchedulerCore core)
    {
        Waiting.Record(core.PendingCount);
        Placed.Record(core.AllocationCount);
    }
}
