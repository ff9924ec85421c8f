using System.Diagnostics.Metrics;
using AkkaMLScheduler.Ingestion;

namespace AkkaMLScheduler.Benchmarks.Ingestion;

/// <summary>How long catalog transactions took, as the node's own meter says, from its making to its disposal.</summary>
internal sealed class CommitLatencies : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<double> _seconds = [];

    public CommitLatencies()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == IngestionMetrics.MeterName && instrument.Name == "amls.ingestion.commit_duration")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) =>
        {
            lock (_seconds) _seconds.Add(seconds);
        });
        _listener.Start();
    }

    /// <summary>p50, p99 and their number, in one line.</summary>
    public override string ToString()
    {
        lock (_seconds)
        {
            var sorted = _seconds.Order().ToList();
            if (sorted.Count == 0) throw new InvalidOperationException("Nothing was committed.");
            double Milliseconds(double share) => sorted[(int)Math.Ceiling(share * sorted.Count) - 1] * 1e3;
            return $"p50 {Milliseconds(0.5):F1} ms, p99 {Milliseconds(0.99):F1} ms, {sorted.Count} commits";
        }
    }

    public void Dispose() => _listener.Dispose();
}
