using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Cluster.Workers;

/// <summary>
/// The worker of one node: offers the node to the scheduler and runs its tasks as children. Every start of this actor is a new
/// incarnation, because whatever an earlier one ran has ended with it; commands for an earlier one are answered with the loss.
/// </summary>
public sealed class WorkerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>Ended tasks remembered, so that a late repetition of their start is not taken for a new one.</summary>
    private const int MaxRemembered = 10_000;

    /// <summary>
    /// How long the majority may be out of sight before what runs here is stopped. Together with the failure detector's 4 s it must be well
    /// below the time after which the others give the tasks away: those 4 s and <c>split-brain-resolver.stable-after</c>.
    /// </summary>
    private static readonly TimeSpan CutOffAfter = TimeSpan.FromSeconds(2);

    private readonly WorkerSettings _settings;
    private readonly IActorRef _jobs;
    private readonly IActorRef _scheduler;
    private readonly IActorRef _series;
    private readonly LakeCatalog _catalog;
    private readonly WorkloadRegistry _workloads;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly string _incarnation = Guid.NewGuid().ToString("n")[..12];
    private readonly string _member;
    private readonly HashSet<TaskKey> _ended = [];
    private readonly Queue<TaskKey> _endedInOrder = new();
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly HashSet<TaskKey> _running = [];

    /// <summary>Wait to hear that nothing runs here any more; not empty once the node is leaving.</summary>
    private readonly List<IActorRef> _awaitingDrained = [];

    public WorkerActor(
        WorkerSettings settings, IActorRef jobs, IActorRef scheduler, IActorRef series, LakeCatalog catalog, WorkloadRegistry workloads)
    {
        _settings = settings;
        _jobs = jobs;
        _scheduler = scheduler;
        _series = series;
        _catalog = catalog;
        _workloads = workloads;
        _member = _cluster.SelfUniqueAddress.ToString();

        Receive<WorkerCommands.Activate>(_ => { });
        Receive<Heartbeat>(_ => Register());
        Receive<WorkerCommands.PrepareTask>(c => Receive(new TaskKey(c.JobId, c.Attempt, c.Rank), c.Incarnation, c, create: true));
        Receive<WorkerCommands.RunTask>(c => Receive(new TaskKey(c.JobId, c.Attempt, c.Rank), c.Incarnation, c, create: false));
        Receive<WorkerCommands.StopTask>(c => Receive(new TaskKey(c.JobId, c.Attempt, c.Rank), c.Incarnation, c, create: false));
        Receive<Ended>(e =>
        {
            Remember(e.Task);
            _running.Remove(e.Task);
            SayIfDrained();
        });
        Receive<WorkerCommands.Drain>(Drain);
        Receive<ClusterEvent.IClusterDomainEvent>(_ => LookForMajority());
        Receive<CutOff>(_ => StopWhatRunsIfCutOff());
        Receive<WorkerReports.EndStored>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _log.Info("Worker [{0}] starts as incarnation [{1}]", _settings.Node, _incarnation);
        Register();
        Timers.StartPeriodicTimer(Heartbeat.Instance, Heartbeat.Instance, HeartbeatInterval);
        _cluster.Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IReachabilityEvent), typeof(ClusterEvent.IMemberEvent));
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    /// <summary>A task that throws is gone; a second one under the same key could run it twice.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void Register()
    {
        _scheduler.Tell(new Dispatch.RegisterNode(_settings.Node, _incarnation, _member, _settings.Capacity, _settings.Labels)
        {
            Tasks = [.. _running.Select(task => new TaskOnNode(task.Job, task.Attempt, task.Rank))],
        });
        if (_awaitingDrained.Count > 0) _scheduler.Tell(new Dispatch.NodeLeaves(_settings.Node, _incarnation));
    }

    private void Drain(WorkerCommands.Drain command)
    {
        if (_awaitingDrained.Count == 0) _log.Info("Worker [{0}] leaves: [{1}] tasks to hand back", _settings.Node, _running.Count);
        _awaitingDrained.Add(Sender);
        Register();
        SayIfDrained();
    }

    private void SayIfDrained()
    {
        if (_running.Count > 0) return;
        foreach (var waiting in _awaitingDrained) waiting.Tell(new WorkerReports.Drained(_settings.Node));
    }

    private void LookForMajority()
    {
        if (MajorityWatch.IsWithMajority(_cluster.State)) Timers.Cancel(CutOff.Instance);
        else if (!Timers.IsTimerActive(CutOff.Instance)) Timers.StartSingleTimer(CutOff.Instance, CutOff.Instance, CutOffAfter);
    }

    /// <summary>The others will take this node for lost and start its tasks elsewhere: before they do, nothing may run here.</summary>
    private void StopWhatRunsIfCutOff()
    {
        if (_running.Count == 0 || MajorityWatch.IsWithMajority(_cluster.State)) return;
        _log.Warning("Worker [{0}] cannot reach most of the schedulers: it stops its [{1}] tasks", _settings.Node, _running.Count);
        foreach (var child in Context.GetChildren()) child.Tell(new TaskActor.Abandon($"node '{_settings.Node}' was cut off from the cluster"));
    }

    private void Receive(TaskKey task, string incarnation, IWorkerCommand command, bool create)
    {
        if (incarnation != _incarnation)
        {
            Report(task, TaskEnd.NodeLost, $"node '{_settings.Node}' restarted");
            return;
        }

        var child = Context.Child(task.ToString());
        if (!child.IsNobody())
        {
            child.Forward(command);
        }
        else if (create && !_ended.Contains(task) && _awaitingDrained.Count == 0)
        {
            _running.Add(task);
            child = Context.ActorOf(
                Props.CreateBy(new ActorFactory<TaskActor>(() => new TaskActor(task, _settings, _jobs, _series, _catalog, _workloads))), task.ToString());
            Context.WatchWith(child, new Ended(task));
            child.Forward(command);
        }
        else if (command is WorkerCommands.StopTask)
        {
            Remember(task);
            Report(task, TaskEnd.Stopped, "was not running");
        }
        else
        {
            Report(task, TaskEnd.NodeLost, _awaitingDrained.Count > 0 ? $"node '{_settings.Node}' is leaving" : $"node '{_settings.Node}' no longer has the task");
        }
    }

    private void Report(TaskKey task, TaskEnd end, string reason) =>
        _jobs.Tell(new WorkerReports.TaskEnded(task.Job, task.Attempt, task.Rank, end, reason, new Dictionary<string, double>()));

    private void Remember(TaskKey task)
    {
        if (!_ended.Add(task)) return;
        _endedInOrder.Enqueue(task);
        if (_endedInOrder.Count > MaxRemembered) _ended.Remove(_endedInOrder.Dequeue());
    }

    private sealed record CutOff : INoSerializationVerificationNeeded
    {
        public static readonly CutOff Instance = new();
    }

    private sealed record Ended(TaskKey Task) : INoSerializationVerificationNeeded;

    private sealed record Heartbeat : INoSerializationVerificationNeeded
    {
        public static readonly Heartbeat Instance = new();
    }
}
