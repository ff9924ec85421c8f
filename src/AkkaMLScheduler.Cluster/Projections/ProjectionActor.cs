using System.Diagnostics.Metrics;
using Akka;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace AkkaMLScheduler.Cluster.Projections;

/// <summary>Follows the journal and keeps the read tables up with it. One per cluster; starts again from its stored offset after any failure.</summary>
public sealed class ProjectionActor : ReceiveActor, IWithTimers
{
    public const string MeterName = "AkkaMLScheduler.Projection";

    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);
    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "amls.projection.events", "{event}", "Journal events applied to the read tables.");

    private readonly ReadTablesWriter _tables;
    private readonly int _batch;
    private readonly TimeSpan _delay;
    private readonly CancellationTokenSource _gone = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IMaterializer _materializer = Context.Materializer();
    private SharedKillSwitch? _stream;

    public ProjectionActor(ReadTablesWriter tables, int batch, TimeSpan delay)
    {
        _tables = tables;
        _batch = batch;
        _delay = delay;
        Receive<Start>(_ => _tables.OffsetAsync(_gone.Token).PipeTo(Self));
        Receive<long>(Follow);
        Receive<Done>(_ => StartAgain("the journal's stream ended"));
        Receive<Status.Failure>(f => StartAgain(f.Cause.GetBaseException().Message));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Self.Tell(Start.Instance);

    protected override void PostStop()
    {
        _gone.Cancel();
        _stream?.Shutdown();
    }

    private void Follow(long offset)
    {
        _stream = KillSwitches.Shared("projection");
        PersistenceQuery.Get(Context.System)
            .ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier)
            .AllEvents(new Sequence(offset))
            .Via(_stream.Flow<EventEnvelope>())
            .GroupedWithin(_batch, _delay)
            .SelectAsync(1, async envelopes =>
            {
                offset = await ApplyAsync([.. envelopes], offset);
                return offset;
            })
            .RunWith(Sink.Ignore<long>(), _materializer)
            .PipeTo(Self);
    }

    private async Task<long> ApplyAsync(IReadOnlyList<EventEnvelope> batch, long from)
    {
        var to = ((Sequence)batch[^1].Offset).Value;
        await _tables.ApplyAsync([.. batch.Select(e => e.Event)], from, to, _gone.Token);
        Events.Add(batch.Count);
        return to;
    }

    private void StartAgain(string why)
    {
        _log.Warning("The read tables fall behind: {0}; following the journal again in {1}", why, RestartDelay);
        Timers.StartSingleTimer(Start.Instance, Start.Instance, RestartDelay);
    }

    private sealed record Start : INoSerializationVerificationNeeded
    {
        public static readonly Start Instance = new();
    }
}
