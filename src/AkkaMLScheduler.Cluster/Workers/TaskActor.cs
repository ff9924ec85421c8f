using System.Globalization;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Cluster.Workers;

/// <summary>
/// One rank of one attempt: prepared (its inputs found, its listener open), then, once the job knows every rank's address, running on a
/// thread of its own, then ended and saying so until the job has stored it. A single task has nobody's address to wait for and runs as soon
/// as it is prepared. Answers a repeated command with where it stands.
/// </summary>
public sealed class TaskActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>A single task that ends sooner never says that it runs: its job has one thing less to store.</summary>
    private static readonly TimeSpan RunsAfter = TimeSpan.FromMilliseconds(50);

    private readonly TaskKey _task;
    private readonly WorkerSettings _settings;
    private readonly IActorRef _jobs;
    private readonly IActorRef _series;
    private readonly LakeCatalog _catalog;
    private readonly WorkloadRegistry _workloads;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>Asks the workload to checkpoint and stop.</summary>
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Fired when this actor is gone: nobody listens to the workload any more.</summary>
    private readonly CancellationTokenSource _gone = new();

    private WorkerCommands.PrepareTask? _command;
    private IReadOnlyList<DatasetInput>? _inputs;
    private GangListener? _listener;
    private bool _running;
    private string _stopReason = "";
    private string? _abandoned;
    private WorkerReports.TaskEnded? _end;

    public TaskActor(TaskKey task, WorkerSettings settings, IActorRef jobs, IActorRef series, LakeCatalog catalog, WorkloadRegistry workloads)
    {
        _task = task;
        _settings = settings;
        _jobs = jobs;
        _series = series;
        _catalog = catalog;
        _workloads = workloads;

        Receive<WorkerCommands.PrepareTask>(Prepare);
        Receive<InputsFound>(found => Ready(found.Inputs));
        Receive<WorkerCommands.RunTask>(command =>
        {
            if (_listener is not null && _end is null && !_running) Run(command.Endpoints);
            SayWhereItStands();
        });
        Receive<WorkerCommands.StopTask>(Stop);
        Receive<TaskOutcome>(outcome => End(outcome.End, outcome.Reason, outcome.Metrics));
        Receive<Status.Failure>(failure => End(TaskEnd.Failed, failure.Cause.GetBaseException().Message));
        Receive<Repeat>(_ => SayWhereItStands());
        Receive<WorkerReports.EndStored>(_ => Context.Stop(Self));
        Receive<Abandon>(GiveUp);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop()
    {
        _gone.Cancel();
        _stop.Cancel();
        _listener?.Dispose();
    }

    private void Prepare(WorkerCommands.PrepareTask command)
    {
        if (_command is not null)
        {
            SayWhereItStands();
            return;
        }

        _command = command;
        FindInputs(_catalog, command.Inputs).PipeTo(Self, success: inputs => new InputsFound(inputs));
    }

    private static async Task<IReadOnlyList<DatasetInput>> FindInputs(LakeCatalog catalog, IReadOnlyList<string> references)
    {
        var inputs = new List<DatasetInput>();
        foreach (var reference in references)
        {
            var snapshot = await catalog.FindAsync(reference)
                ?? throw new InvalidOperationException($"dataset '{reference}' does not exist");
            inputs.Add(new DatasetInput(snapshot.Version.ToString(), snapshot.Files, snapshot.Schema));
        }

        return inputs;
    }

    private void Ready(IReadOnlyList<DatasetInput> inputs)
    {
        if (_end is not null) return;
        try
        {
            _inputs = inputs;
            _listener = GangListener.Open(_settings.Address);

            if (_command!.WorldSize > 1)
            {
                SayWhereItStands();
                return;
            }

            // Nobody's address has to be waited for.
            Run([Endpoint]);
            if (_end is null) Timers.StartSingleTimer(Repeat.Instance, Repeat.Instance, RunsAfter);
        }
        catch (SocketException e)
        {
            End(TaskEnd.Failed, $"no port on {_settings.Address} for the gang: {e.Message}");
        }
    }

    private string Endpoint => string.Create(CultureInfo.InvariantCulture, $"{_listener!.EndPoint.Address}:{_listener.EndPoint.Port}");

    private void Run(IReadOnlyList<string> endpoints)
    {
        TaskContext context;
        try
        {
            var log = new SegmentedLog(_settings.Files.Log(_task.Job, _task.Attempt, _task.Rank), _settings.MaxLogBytes);
            context = ContextOf(_command!, endpoints, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            End(TaskEnd.Failed, $"the task's log cannot be opened on node '{_settings.Node}': {e.Message}");
            return;
        }

        _running = true;
        var observer = new TaskObserver(_task, _settings.Node, _command!.ResumeFrom?.Step ?? 0, _jobs, _series, TimeProvider.System, _gone.Token);
        var workload = _workloads.Find(_command!.Run.Type)!;
        Task.Factory.StartNew(
            () => RunOnThisThread(workload, context, observer, _stop.Token), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default).PipeTo(Self);
        _log.Info("Task [{0}] runs [{1}] on node [{2}] GPUs [{3}]", _task, workload.Type, _settings.Node, string.Join(",", _command.Gpus));
    }

    private static TaskOutcome RunOnThisThread(IWorkload workload, TaskContext context, ITaskObserver observer, CancellationToken stop)
    {
        using (context.Log) return workload.RunAsync(context, observer, stop).GetAwaiter().GetResult();
    }

    private TaskContext ContextOf(WorkerCommands.PrepareTask command, IReadOnlyList<string> endpoints, SegmentedLog log) => new()
    {
        Job = command.JobId,
        Attempt = command.Attempt,
        Rank = command.Rank,
        WorldSize = command.WorldSize,
        Run = command.Run,
        Node = _settings.Node,
        Gpus = [.. command.Gpus.Select(slot => slot < _settings.GpuDevices.Count ? _settings.GpuDevices[slot] : slot)],
        Resources = command.Resources,
        TimeLimit = command.TimeLimit,
        Checkpoint = command.Checkpoint,
        CheckpointDirectory = _settings.Files.Checkpoints(command.JobId, command.Attempt, command.Rank),
        ScratchDirectory = _settings.Files.Scratch(command.JobId, command.Attempt, command.Rank),
        ResumeFrom = command.ResumeFrom is { } r ? new CheckpointSource(r.Step, r.Uri, r.Sha256) : null,
        Inputs = _inputs!,
        GangEndpoints = endpoints,
        Gang = _listener,
        Log = new StreamWriter(log) { AutoFlush = true },
        LogBytes = log,
        Processes = _settings.Processes,
        Abandoned = _gone.Token,
    };

    private void Stop(WorkerCommands.StopTask command)
    {
        _stopReason = command.Reason;
        if (_running) _stop.Cancel();
        else End(TaskEnd.Stopped, command.Reason);
    }

    /// <summary>Nobody hears this node: stop at once, without a checkpoint that could not count.</summary>
    private void GiveUp(Abandon abandon)
    {
        if (_end is not null) return;
        _abandoned = abandon.Reason;
        _stop.Cancel();
        _gone.Cancel();
        if (!_running) End(TaskEnd.NodeLost, abandon.Reason);
    }

    private void End(TaskEnd end, string reason, IReadOnlyDictionary<string, double>? metrics = null)
    {
        if (_end is not null) return;
        if (_abandoned is { } why && end != TaskEnd.Succeeded) (end, reason) = (TaskEnd.NodeLost, why);
        // Reasons may quote data; PostgreSQL's text holds no NUL.
        reason = reason.Replace('\0', ' ');
        var said = end == TaskEnd.Stopped && _stopReason.Length > 0 ? _stopReason : reason;
        _end = new WorkerReports.TaskEnded(_task.Job, _task.Attempt, _task.Rank, end, said, metrics ?? new Dictionary<string, double>());
        if (end != TaskEnd.Succeeded) _log.Info("Task [{0}] ended [{1}] {2}", _task, end, said);
        Timers.StartPeriodicTimer(Repeat.Instance, Repeat.Instance, RepeatInterval);
        SayWhereItStands();
    }

    private void SayWhereItStands()
    {
        if (_end is not null)
        {
            _jobs.Tell(_end);
            return;
        }

        if (_listener is null) return;
        if (_command!.WorldSize > 1) _jobs.Tell(new WorkerReports.TaskReady(_task.Job, _task.Attempt, _task.Rank, Endpoint));
        if (_running) _jobs.Tell(new WorkerReports.TaskStarted(_task.Job, _task.Attempt, _task.Rank) { Software = _workloads.Find(_command.Run.Type)!.Software });
    }

    /// <summary>From the worker: stop without a checkpoint; the node counts as lost.</summary>
    public sealed record Abandon(string Reason) : INoSerializationVerificationNeeded;

    private sealed record InputsFound(IReadOnlyList<DatasetInput> Inputs) : INoSerializationVerificationNeeded;

    private sealed record Repeat : INoSerializationVerificationNeeded
    {
        public static readonly Repeat Instance = new();
    }
}
