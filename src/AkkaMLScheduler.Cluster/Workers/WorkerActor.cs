using Akka.Actor;
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
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(2);

    /// <summary>Ended tasks remembered, so that a late repetition of their start is not taken for a new one.</summary>
    private const int MaxRemembered = 10_000;

    private readonly WorkerSettings _settings;
    private readonly IActorRef _jobs;
    private readonly IActorRef _scheduler;
    private readonly LakeCatalog _catalog;
    private readonly WorkloadRegistry _workloads;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly string _incarnation = Guid.NewGuid().ToString("n")[..12];
    private readonly string _member;
    private readonly HashSet<TaskKey> _ended = [];
    private readonly Queue<TaskKey> _endedInOrder = new();

    public WorkerActor(WorkerSettings settings, IActorRef jobs, IActorRef scheduler, LakeCatalog catalog, WorkloadRegistry workloads)
    {
        _settings = settings;
        _jobs = jobs;
        _scheduler = scheduler;
        _catalog = catalog;
        _workloads = workloads;
        _member = Akka.Cluster.Cluster.Get(Context.System).SelfUniqueAddress.ToString();

        Receive<WorkerCommands.Activate>(_ => { });
        Receive<Heartbeat>(_ => Register());
        Receive<WorkerCommands.PrepareTask>(c => Receive(new TaskKey(c.JobId, c.Attempt, c.Rank), c.Incarnation, c, create: true));
        Receive<WorkerCommands.RunTask>(c => Receive(new TaskKey(c.JobId, c.Attempt, c.Rank), c.Incarnation, c, create: false));
        Receive<WorkerCommands.StopTask>(c => Receive(new TaskKey(c.JobId, c.Attempt, c.Rank), c.Incarnation, c, create: false));
        Receive<Ended>(e => Remember(e.Task));
        Receive<WorkerReports.EndStored>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _log.Info("Worker [{0}] starts as incarnation [{1}]", _settings.Node, _incarnation);
        Register();
        Timers.StartPeriodicTimer(Heartbeat.Instance, Heartbeat.Instance, HeartbeatInterval);
    }

    /// <summary>A task that throws is gone; a second one under the same key could run it twice.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void Register() =>
        _scheduler.Tell(new Dispatch.RegisterNode(_settings.Node, _incarnation, _member, _settings.Capacity, _settings.Labels));

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
        else if (create && !_ended.Contains(task))
        {
            child = Context.ActorOf(Props.Create(() => new TaskActor(task, _settings, _jobs, _catalog, _workloads)), task.ToString());
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
            Report(task, TaskEnd.NodeLost, $"node '{_settings.Node}' no longer has the task");
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

    private sealed record Ended(TaskKey Task) : INoSerializationVerificationNeeded;

    private sealed record Heartbeat : INoSerializationVerificationNeeded
    {
        public static readonly Heartbeat Instance = new();
    }
}
