using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Jobs;

/// <summary>
/// One job: its journal, and its conversations with the scheduler and with the workers of its gang. Decides nothing itself
/// (<see cref="JobDecisions"/>) and remembers what is still owed (<see cref="JobContacts"/>). Sleeps, and costs nothing, while it waits
/// for a place and all that it owes is acknowledged; whatever concerns it wakes it.
/// </summary>
public sealed class JobActor : UntypedPersistentActor, IWithTimers
{
    /// <summary>How long a message may stay unanswered before it is said again.</summary>
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long a job without anything to do stays awake: longer than an idle cluster takes to place and end it.</summary>
    private static readonly TimeSpan SleepAfter = TimeSpan.FromSeconds(10);

    /// <summary>Events between two snapshots; only jobs with many checkpoints get there.</summary>
    private const int SnapshotEvery = 200;

    private readonly IActorRef _scheduler;
    private readonly IActorRef _workers;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly JobContacts _contacts = new();
    private JobState _job;

    public JobActor(JobId id, IActorRef scheduler, IActorRef workers, TimeProvider time)
    {
        _scheduler = scheduler;
        _workers = workers;
        _time = time;
        _job = JobState.Unknown(id);
        PersistenceId = PersistenceIdOf(id);
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    public static string PersistenceIdOf(JobId id) => $"job-{id}";

    protected override void PreStart()
    {
        Context.SetReceiveTimeout(SleepAfter);
        base.PreStart();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case IJobEvent e:
                _job = _job.Apply(e);
                break;
            case SnapshotOffer offer:
                _job = (JobState)offer.Snapshot;
                break;
            case RecoveryCompleted:
                SayWhatIsOwed();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // A switch, because handlers registered one by one would be made anew for each of a hundred thousand jobs.
    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Dispatch.Enqueued ack:
                _contacts.Hear(ack);
                break;
            case Dispatch.Released ack:
                _contacts.Hear(ack);
                break;
            case Dispatch.HoldSet ack:
                _contacts.Hear(ack);
                break;
            case WorkerReports.TaskReady report:
                if (_contacts.Hear(report, _job)) SayWhatIsOwed();
                break;
            case WorkerReports.TaskStarted report:
                if (_contacts.Hear(report, _job)) Carry(_job.AllTasksRun(_time.GetUtcNow(), _contacts.Software));
                break;
            case Dispatch.Wake:
                _contacts.Forget();
                SayWhatIsOwed();
                break;
            case Repeat:
                SayWhatIsOwed();
                break;
            case ReceiveTimeout:
                SleepIfIdle();
                break;
            case IJobCommand command:
                Carry(_job.Decide(command, _time.GetUtcNow()));
                break;
            case SaveSnapshotSuccess s:
                DeleteSnapshots(new SnapshotSelectionCriteria(s.Metadata.SequenceNr - 1));
                break;
            case SaveSnapshotFailure f:
                _log.Warning("Job [{0}] could not store its snapshot: {1}", _job.Id, f.Cause.Message);
                break;
            case DeleteSnapshotsSuccess or DeleteSnapshotsFailure:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>
    /// Stores first, then answers and tells. Without DeferAsync: one that comes between two stores reaches the journal as a batch without
    /// events, which the SQL journal counts as a failure; ten of those open its circuit breaker, and every job stops.
    /// </summary>
    private void Carry(Decision decision)
    {
        if (decision.Events.IsEmpty)
        {
            Tell(decision, Sender);
            return;
        }

        var (sender, left) = (Sender, decision.Events.Length);
        PersistAll(decision.Events, stored =>
        {
            Store(stored);
            if (--left == 0) Tell(decision, sender);
        });
    }

    private void Tell(Decision done, IActorRef sender)
    {
        if (done.Reply is not null) sender.Tell(done.Reply);
        if (done.ToScheduler is not null) _scheduler.Tell(done.ToScheduler);
        foreach (var e in done.Events) LogEvent(e, done.Events[^1]);
        if (done.Events.OfType<JobEvents.CheckpointSaved>().LastOrDefault() is { } saved && _job.CommonStep == saved.Step)
            _scheduler.Tell(new Dispatch.Checkpointed(saved.JobId, saved.Attempt, saved.Step));
        if (!done.Events.IsEmpty) SayWhatIsOwed();
    }

    private void Store(IJobEvent stored)
    {
        _job = _job.Apply(stored);
        if (LastSequenceNr % SnapshotEvery == 0) SaveSnapshot(_job);
    }

    private void SayWhatIsOwed()
    {
        var owed = false;
        foreach (var message in _contacts.OwedToScheduler(_job))
        {
            _scheduler.Tell(message);
            owed = true;
        }

        foreach (var message in _contacts.OwedToWorkers(_job))
        {
            _workers.Tell(message);
            owed = true;
        }

        if (owed) Timers.StartSingleTimer(Repeat.Instance, Repeat.Instance, RepeatInterval);
    }

    private void SleepIfIdle()
    {
        if (_job.Status.HasAttempt() || _contacts.OwedToScheduler(_job).Any()) return;
        Context.Parent.Tell(new Passivate(PoisonPill.Instance));
    }

    /// <summary>The last attempt's end is in the line that tells the job's.</summary>
    private void LogEvent(IJobEvent e, IJobEvent last)
    {
        switch (e)
        {
            case JobEvents.AttemptStarted s:
                _log.Info("Job [{0}] attempt [{1}] placed on [{2}], resumes from step [{3}]",
                    s.JobId, s.Attempt, string.Join(", ", s.Placements.Select(p => p.Node)), s.ResumeStep ?? 0);
                break;
            case JobEvents.AttemptEnded a when last is not JobEvents.Ended:
                _log.Info("Job [{0}] attempt [{1}] ended [{2}] {3}", a.JobId, a.Attempt, a.End, a.Reason);
                break;
            case JobEvents.Ended j:
                _log.Info("Job [{0}] ended [{1}] with attempt [{2}] {3}", j.JobId, j.Status, _job.Attempt, j.Reason);
                break;
        }
    }

    private sealed record Repeat : INoSerializationVerificationNeeded
    {
        public static readonly Repeat Instance = new();
    }
}
