using Akka.Actor;
using Akka.Event;
using AkkaMLScheduler.Cluster.Projections;

namespace AkkaMLScheduler.Cluster.Workers;

/// <summary>
/// Gathers what the tasks of a node tell of their progress and adds it to the read tables, about once a second. What cannot be written is
/// dropped with a line in the log: a series is for looking at, and training must not wait for it.
/// </summary>
public sealed class SeriesActor : ReceiveActor, IWithTimers
{
    /// <summary>Points that wait while the database is away; a minute of a hundred tasks.</summary>
    private const int MaxWaiting = 6_000;

    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);

    private readonly ReadTables _tables;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private List<TaskPoint> _waiting = [];

    /// <summary>A write is under way or about to begin.</summary>
    private bool _busy;
    private long _dropped;

    public SeriesActor(ReadTables tables)
    {
        _tables = tables;
        Receive<TaskPoint>(Take);
        Receive<Write>(_ => WriteAll());
        Receive<Written>(_ => Next());
        Receive<Failed>(failed =>
        {
            _log.Warning("[{0}] points of the tasks' metrics could not be written: {1}", failed.Points, failed.Why);
            Next();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Take(TaskPoint point)
    {
        if (_waiting.Count == MaxWaiting)
        {
            if (_dropped++ == 0) _log.Warning("Points of the tasks' metrics are dropped: [{0}] wait for the database already", MaxWaiting);
            return;
        }

        _waiting.Add(point);
        if (!_busy) Next();
    }

    /// <summary>Waits for more before it writes: one statement a second, whatever the number of tasks.</summary>
    private void Next()
    {
        _busy = _waiting.Count > 0;
        if (_busy) Timers.StartSingleTimer(Write.Instance, Write.Instance, WriteInterval);
    }

    private void WriteAll()
    {
        var points = _waiting;
        (_waiting, _dropped) = ([], 0);
        _tables.AddAsync(points).PipeTo(Self, success: () => Written.Instance, failure: e => new Failed(points.Count, e.GetBaseException().Message));
    }

    private sealed record Write : INoSerializationVerificationNeeded
    {
        public static readonly Write Instance = new();
    }

    private sealed record Written : INoSerializationVerificationNeeded
    {
        public static readonly Written Instance = new();
    }

    private sealed record Failed(int Points, string Why) : INoSerializationVerificationNeeded;
}
