using Akka.Actor;
using Akka.Event;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster;

namespace AkkaMLScheduler.Host.Pipelines;

/// <summary>
/// One slot: has a child for each instance of a pipeline that belongs here, as the store says. One of a former revision is drained first.
/// </summary>
internal sealed class PipelineSlotActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, long> _running = [];
    private readonly TimeSpan _look;

    public PipelineSlotActor(int slot, PipelineSettings settings, string node, LakeCatalog catalog, PipelineStore store, TimeProvider time)
    {
        _look = settings.Look;
        Receive<Look>(_ => store.RowsAsync().PipeTo(Self, success: rows => new Found(rows), failure: e => new Status.Failure(e)));
        Receive<Found>(found =>
        {
            var wanted = found.Rows.SelectMany(row => Instances(row, node)).Where(run => run.SlotOf(settings.Slots) == slot).ToDictionary(run => run.Id);
            foreach (var (id, revision) in _running)
                if (wanted.GetValueOrDefault(id)?.Revision != revision) Context.Child(id).Tell(PipelineRunActor.Drain.Instance);
            foreach (var run in wanted.Values)
            {
                if (!_running.TryAdd(run.Id, run.Revision)) continue;
                Context.Watch(Context.ActorOf(
                    Props.CreateBy(new ActorFactory<PipelineRunActor>(() => new PipelineRunActor(run, settings.Look, catalog, store, time))), run.Id));
            }
        });
        Receive<Terminated>(ended => _running.Remove(ended.ActorRef.Path.Name));
        Receive<Status.Failure>(failed => _log.Warning("Slot [{0}] does not know which pipelines to run: [{1}]", slot, failed.Cause.Message));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Self.Tell(Look.Instance);
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, _look);
    }

    /// <summary>None of a pipeline that only a newer program can read.</summary>
    private IEnumerable<PipelineRun> Instances(PipelineRow row, string node)
    {
        if (PipelineSpec.TryParse(row.Spec, out var spec, out var why))
            return Enumerable.Range(0, spec.Instances).Select(instance => new PipelineRun(spec, row.Revision, instance, node));
        _log.Warning("Pipeline [{0}] cannot be run by this program: [{1}]", row.Name, why);
        return [];
    }

    private sealed class Look
    {
        public static readonly Look Instance = new();
    }

    private sealed record Found(IReadOnlyList<PipelineRow> Rows);
}
