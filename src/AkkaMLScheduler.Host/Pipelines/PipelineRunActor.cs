using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion;
using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Host.Pipelines;

/// <summary>
/// Runs one instance of a pipeline until it is drained: what stops it with an error is tried again, ever later. Stopping it at once
/// loses nothing: what is not committed is read again by whoever runs it next.
/// </summary>
internal sealed class PipelineRunActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private readonly PipelineRun _run;
    private readonly TimeSpan _tell;
    private readonly LakeCatalog _catalog;
    private readonly PipelineStore _store;
    private readonly TimeProvider _time;
    private readonly PipelineRunRow _row;
    private RunningIngestion? _ingestion;
    private RecordCounts _before = RecordCounts.None;
    private (long Read, long At) _told;
    private int _failuresInRow;
    private bool _draining;

    public PipelineRunActor(PipelineRun run, TimeSpan tell, LakeCatalog catalog, PipelineStore store, TimeProvider time)
    {
        (_run, _tell, _catalog, _store, _time) = (run, tell, catalog, store, time);
        _row = new PipelineRunRow { Pipeline = run.Spec.Name, Instance = run.Instance, Node = run.Node, State = "starting" };
        _told = (0, time.GetTimestamp());
        Receive<Start>(_ => Begin());
        Receive<Started>(started =>
        {
            _ingestion = started.Ingestion;
            Become("running", "");
            _ingestion.Completion.PipeTo(Self, success: _ => Ended.Instance, failure: e => new Failed(e));
            if (_draining) _ingestion.Drain();
        });
        Receive<IngestionReport>(Count);
        Receive<Ended>(_ =>
        {
            _ingestion = null;
            if (_draining) Context.Stop(Self);
            else Become("ended", "its source has ended");
        });
        Receive<Failed>(failed =>
        {
            _ingestion = null;
            if (_draining) Context.Stop(Self);
            else Retry(failed.Cause is AggregateException several ? several.Flatten().InnerExceptions[0] : failed.Cause);
        });
        Receive<Drain>(_ => Finish());
        Receive<Tell>(_ => TellState());
        Receive<DrainedTooLong>(_ => _stop.Cancel());
        Receive<Told>(_ => { });
        Receive<Status.Failure>(failed => _log.Warning("Pipeline [{0}] cannot tell how it does: [{1}]", _run.Id, failed.Cause.Message));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Self.Tell(Start.Instance);
        Timers.StartPeriodicTimer(nameof(Tell), Tell.Instance, _tell);
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private void Begin()
    {
        _before = new RecordCounts(_row.Read, _row.Accepted, _row.Rejected, _row.Filtered, 0);
        var self = Self;
        var settings = _run.Spec.Settings with { Producer = $"pipeline {_run.Id} on {_run.Node}", Progress = new Progress(self), Time = _time };
        _run.Spec.Source.StartAsync(_catalog, settings, Context.Materializer(), _stop.Token)
            .PipeTo(self, success: ingestion => new Started(ingestion), failure: e => new Failed(e));
    }

    /// <summary>A report counts what its run has committed so far; the row what all runs of this actor have.</summary>
    private void Count(IngestionReport report)
    {
        _row.Read = _before.Read + report.Read;
        _row.Accepted = _before.Accepted + report.Accepted;
        _row.Rejected = _before.Rejected + report.Rejected;
        _row.Filtered = _before.Filtered + report.Filtered;
        _failuresInRow = 0;
    }

    private void Retry(Exception cause)
    {
        _row.Failures++;
        IngestionMetrics.Failed(_run.Spec.Settings.Dataset);
        var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, _failuresInRow++)));
        if (cause is IngestionException or CatalogException) _log.Warning("Pipeline [{0}] stopped and starts again in [{1}] s: {2}", _run.Id, pause.TotalSeconds, cause.Message);
        else _log.Error(cause, "Pipeline [{0}] broke and starts again in [{1}] s", _run.Id, pause.TotalSeconds);
        Become("failed", cause.Message);
        Timers.StartSingleTimer(nameof(Start), Start.Instance, pause);
    }

    private void Finish()
    {
        if (_draining) return;
        _draining = true;
        Timers.Cancel(nameof(Start));
        if (_row.State is "failed" or "ended")
        {
            Context.Stop(Self);
            return;
        }

        Become("draining", "");
        _ingestion?.Drain();
        Timers.StartSingleTimer(nameof(DrainedTooLong), DrainedTooLong.Instance, DrainLimit);
    }

    private void Become(string state, string message)
    {
        (_row.State, _row.Message) = (state, message);
        TellState();
    }

    private void TellState()
    {
        if (_draining) return; // it may be deleted, or told of by its next revision
        var (read, at) = _told;
        var elapsed = _time.GetElapsedTime(at).TotalSeconds;
        if (elapsed >= _tell.TotalSeconds / 2)
        {
            _row.PerSecond = (_row.Read - read) / elapsed;
            _told = (_row.Read, _time.GetTimestamp());
        }

        _row.Lag = _ingestion?.Lag.Values.Sum() ?? 0;
        _store.ReportAsync(_row).PipeTo(Self, success: () => Told.Instance, failure: e => new Status.Failure(e));
    }

    /// <summary>Has its runs drained and then ends.</summary>
    public sealed class Drain
    {
        public static readonly Drain Instance = new();
    }

    private sealed class Start
    {
        public static readonly Start Instance = new();
    }

    private sealed class Tell
    {
        public static readonly Tell Instance = new();
    }

    private sealed class Told
    {
        public static readonly Told Instance = new();
    }

    private sealed class DrainedTooLong
    {
        public static readonly DrainedTooLong Instance = new();
    }

    private sealed record Started(RunningIngestion Ingestion);

    private sealed class Ended
    {
        public static readonly Ended Instance = new();
    }

    private sealed record Failed(Exception Cause);

    /// <summary>Called on the stream's thread.</summary>
    private sealed class Progress(IActorRef self) : IProgress<IngestionReport>
    {
        public void Report(IngestionReport value) => self.Tell(value);
    }
}
