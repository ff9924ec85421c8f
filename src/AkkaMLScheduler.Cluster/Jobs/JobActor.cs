using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Jobs;

/// <summary>
/// One job: its journal, and its conversations with the scheduler and with the workers of its gang. Decides nothing itself
/// (<see cref="JobDecisions"/>) and remembers what is still owed (<see cref="JobContacts"/>).
/// </summary>
public sealed class JobActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>How long a message may stay unanswered before it is said again.</summary>
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(1);

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

        Recover<IJobEvent>(e => _job = _job.Apply(e));
        Recover<RecoveryCompleted>(_ => SayWhatIsOwed());

        Command<Dispatch.Enqueued>(ack => _contacts.Hear(ack));
        Command<Dispatch.Released>(ack => _contacts.Hear(ack));
        Command<WorkerReports.TaskReady>(report =>
        {
            if (_contacts.Hear(report, _job)) SayWhatIsOwed();
        });
        Command<WorkerReports.TaskStarted>(report =>
        {
            if (_contacts.Hear(report, _job)) Carry(_job.AllTasksRun(_time.GetUtcNow()));
        });
        Command<Dispatch.Wake>(_ => SayWhatIsOwed());
        Command<Repeat>(_ => SayWhatIsOwed());
        Command<IJobCommand>(command => Carry(_job.Decide(command, _time.GetUtcNow())));
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    public static string PersistenceIdOf(JobId id) => $"job-{id}";

    private void Carry(Decision decision)
    {
        if (!decision.Events.IsEmpty) PersistAll(decision.Events, stored => _job = _job.Apply(stored));
        var sender = Sender;
        DeferAsync(decision, done =>
        {
            if (done.Reply is not null) sender.Tell(done.Reply);
            if (done.ToScheduler is not null) _scheduler.Tell(done.ToScheduler);
            foreach (var e in done.Events) LogEvent(e);
            if (done.Events.OfType<JobEvents.CheckpointSaved>().LastOrDefault() is { } saved && _job.CommonStep == saved.Step)
                _scheduler.Tell(new Dispatch.Checkpointed(saved.JobId, saved.Attempt, saved.Step));
            if (!done.Events.IsEmpty) SayWhatIsOwed();
        });
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

    private void LogEvent(IJobEvent e)
    {
        switch (e)
        {
            case JobEvents.AttemptStarted s:
                _log.Info("Job [{0}] attempt [{1}] placed on [{2}], resumes from step [{3}]",
                    s.JobId, s.Attempt, string.Join(", ", s.Placements.Select(p => p.Node)), s.ResumeStep ?? 0);
                break;
            case JobEvents.AttemptEnded a:
                _log.Info("Job [{0}] attempt [{1}] ended [{2}] {3}", a.JobId, a.Attempt, a.End, a.Reason);
                break;
            case JobEvents.Ended j:
                _log.Info("Job [{0}] ended [{1}] {2}", j.JobId, j.Status, j.Reason);
                break;
        }
    }

    private sealed record Repeat : INoSerializationVerificationNeeded
    {
        public static readonly Repeat Instance = new();
    }
}
