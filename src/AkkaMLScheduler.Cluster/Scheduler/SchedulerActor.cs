using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Persistence;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>
/// The cluster's one scheduler. Gathers what has come in, lets the core plan, stores inputs and decisions as one ledger entry, and only
/// then tells anyone. After a restart or a take-over it plans nothing until every node it knew has reported or is given up.
/// </summary>
public sealed class SchedulerActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>Inputs of one ledger entry; more wait for the next cycle, so that an entry stays below the transport's and the journal's limits.</summary>
    private const int MaxInputs = 200;

    /// <summary>How often the read tables are searched for open jobs that the ledger does not know, when nothing gives reason to.</summary>
    private static readonly TimeSpan CompareInterval = TimeSpan.FromSeconds(60);

    /// <summary>How long after a member is gone its jobs are looked for: by then the read tables show what it stored.</summary>
    private static readonly TimeSpan CompareAfterLoss = TimeSpan.FromSeconds(2);

    private readonly SchedulerSettings _settings;
    private readonly IActorRef _jobs;
    private readonly Func<IActorRef> _workers;
    private readonly OwedDecisions _owed;
    private readonly ReadTables _tables;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    private readonly Queue<Incoming> _inbox = new();

    /// <summary>By node, the cluster member that its worker said it lives on.</summary>
    private readonly Dictionary<string, string> _members = [];

    /// <summary>By node, the incarnation that is up as the core sees it once the inbox is empty.</summary>
    private readonly Dictionary<string, string> _incarnations = [];
    private readonly HashSet<string> _unconfirmed = [];
    private SchedulerCore _core;
    private DateTimeOffset _lastAt = DateTimeOffset.MinValue;
    private bool _cycleAsked;
    private int _entriesSinceSnapshot;

    public SchedulerActor(SchedulerSettings settings, IActorRef jobs, Func<IActorRef> workers, ReadTables tables, TimeProvider time)
    {
        _settings = settings;
        _jobs = jobs;
        _workers = workers;
        _owed = new OwedDecisions(jobs);
        _tables = tables;
        _time = time;

        // Always the default at first: another policy is an input like any other, or a replay would not know of it.
        _core = new SchedulerCore(SchedulingPolicy.Default);

        Recover<SnapshotOffer>(offer =>
        {
            var snapshot = (SchedulerSnapshot)offer.Snapshot;
            _core = SchedulerCore.Import(snapshot);
            _lastAt = snapshot.LastInputAt;
        });
        Recover<LedgerEntry>(Replay);
        Recover<RecoveryCompleted>(_ => StartComparingNotes());

        Command<Dispatch.Enqueue>(Enqueue);
        Command<Dispatch.Release>(c => Take(new JobEnded(Now(), c.JobId.Value, c.Attempt, c.Outcome.ToVerdict()), _jobs, new Dispatch.Released(c.JobId, c.Attempt)));
        Command<Dispatch.SetHold>(c => Take(
            c.Held ? new JobHeld(Now(), c.JobId.Value) : new JobReleased(Now(), c.JobId.Value), _jobs, new Dispatch.HoldSet(c.JobId, c.Change)));
        Command<Dispatch.Checkpointed>(c =>
        {
            // Only the choice of victims asks for it; without preemption the ledger is spared the writes.
            if (_core.Policy.Preemption != "none") Take(new JobCheckpointed(Now(), c.JobId.Value, c.Attempt));
        });
        Command<Dispatch.AttemptAccepted>(c => _owed.Accept(new JobAttempt(c.JobId.Value, c.Attempt)));
        Command<Dispatch.RegisterNode>(Register);
        Command<Dispatch.NodeLeaves>(c => Take(new NodeLeaving(Now(), c.Node, c.Incarnation)));
        Command<SchedulerRequests.Cordon>(c => Set(c.Node, "cordoned", new NodeCordoned(Now(), c.Node)));
        Command<SchedulerRequests.Drain>(c => Set(c.Node, "drained", new NodeDrained(Now(), c.Node)));
        Command<SchedulerRequests.Uncordon>(c => Set(c.Node, "open", new NodeUncordoned(Now(), c.Node)));
        Command<SchedulerRequests.Explain>(Explain);
        Command<ClusterEvent.MemberRemoved>(Removed);
        Command<CutOff>(cut => Lose(cut.Member));
        Command<ClusterEvent.IMemberEvent>(_ => { });
        Command<ClusterEvent.CurrentClusterState>(_ => { });
        Command<Cycle>(_ => RunCycle());
        Command<Repeat>(_ => _owed.Repeat(_core, Now()));
        Command<GraceIsOver>(_ => GiveUpUnconfirmed());
        Command<Compare>(_ =>
        {
            _owed.AskAgain();
            _tables.OpenJobsAsync().PipeTo(Self, success: open => new OpenJobs(open));
        });
        Command<OpenJobs>(Wake);
        Command<Status.Failure>(f => _log.Warning("The read tables could not be compared with the ledger: {0}", f.Cause.GetBaseException().Message));
        Command<SaveSnapshotSuccess>(s => DeleteSnapshots(new SnapshotSelectionCriteria(s.Metadata.SequenceNr - 1)));
        Command<SaveSnapshotFailure>(f => _log.Warning("The ledger's snapshot was not stored: {0}", f.Cause.Message));
        Command<DeleteSnapshotsSuccess>(_ => { });
    }

    /// <summary>Under which the journal keeps the ledger.</summary>
    public const string LedgerId = "scheduler";

    public override string PersistenceId => LedgerId;

    public ITimerScheduler Timers { get; set; } = null!;

    private bool IsComparingNotes => _unconfirmed.Count > 0;

    protected override void PreStart()
    {
        Akka.Cluster.Cluster.Get(Context.System).Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));
        base.PreStart();
    }

    protected override void PostStop()
    {
        Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);
        base.PostStop();
    }

    private void Replay(LedgerEntry entry)
    {
        foreach (var input in entry.Inputs) _core.Apply(input.Input);
        _core.Commit(entry.ToPlan());
        _lastAt = entry.At;
        _entriesSinceSnapshot++;
    }

    private void StartComparingNotes()
    {
        foreach (var node in _core.Nodes())
        {
            _incarnations[node.Node] = node.Capacity.Incarnation;
            _unconfirmed.Add(node.Node);
        }

        if (_core.Policy != _settings.Policy) Take(new PolicyChanged(Now(), _settings.Policy));
        Take(new QueuesChanged(Now(), _settings.Queues));
        _log.Info("The scheduler leads with policy [{0}]: [{1}] nodes to hear from, [{2}] attempts placed, [{3}] waiting",
            _settings.Policy, _unconfirmed.Count, _core.AllocationCount, _core.PendingCount);
        SchedulerMetrics.Record(_core);
        Timers.StartSingleTimer(GraceIsOver.Instance, GraceIsOver.Instance, _settings.RecoveryGrace);
        Timers.StartPeriodicTimer(Repeat.Instance, Repeat.Instance, _settings.RepeatInterval);
        Timers.StartPeriodicTimer(Compare.Instance, Compare.Instance, TimeSpan.FromSeconds(1), CompareInterval);
    }

    private void Enqueue(Dispatch.Enqueue c)
    {
        Take(new JobQueued(Now(), c.ToRequest()), _jobs, new Dispatch.Enqueued(c.JobId, c.Attempt));

        // How jobs ended is remembered for the newest thousands only: the others are asked.
        foreach (var one in c.After ?? [])
            if (_core.PendingOf(one.Job.Value) is null && _core.AllocationOf(one.Job.Value) is null)
                _jobs.Tell(new Dispatch.Wake(one.Job));
    }

    private void Register(Dispatch.RegisterNode c)
    {
        _members[c.Node] = c.Member;
        if (_unconfirmed.Remove(c.Node)) AskForCycle();
        if (_incarnations.GetValueOrDefault(c.Node) == c.Incarnation)
        {
            StopOrphans(c);
            return;
        }

        _incarnations[c.Node] = c.Incarnation;
        Take(new NodeUp(Now(), c.ToCapacity()));
    }

    /// <summary>Places are stored before anyone hears of them, so a task without one is left over from something that is over.</summary>
    private void StopOrphans(Dispatch.RegisterNode c)
    {
        foreach (var task in c.Tasks ?? [])
        {
            if (_core.AllocationOf(task.Job.Value)?.Attempt == task.Attempt) continue;
            _workers().Tell(new WorkerCommands.StopTask(c.Node, c.Incarnation, task.Job, task.Attempt, task.Rank, "the ledger gives it no place"));
        }
    }

    /// <summary>Also a node that is not up now: it is so once it comes back.</summary>
    private void Set(string node, string state, SchedulerInput input) =>
        Take(input, Sender, changed => new SchedulerReplies.NodeSet(node, state, AlreadyKnown: !changed));

    /// <summary>On a copy and another thread: the search takes dozens of plans.</summary>
    private void Explain(SchedulerRequests.Explain c)
    {
        if (_core.PendingOf(c.JobId.Value) is null)
        {
            Sender.Tell(new SchedulerReplies.Refused(_core.AllocationOf(c.JobId.Value) is { } held
                ? $"job '{c.JobId}' does not wait: attempt {held.Attempt} has had its place since {held.StartedAt:u}"
                : $"job '{c.JobId}' does not wait for a place"));
            return;
        }

        var (fork, now) = (_core.Fork(), Now());
        Task.Run(() => (object)(fork.Explain(c.JobId.Value, now)?.ToReply() ?? throw new InvalidOperationException($"{c.JobId} waits in no order.")))
            .PipeTo(Sender, Self, failure: e => new SchedulerReplies.Refused($"job '{c.JobId}' could not be explained: {e.GetBaseException().Message}"));
    }

    /// <summary>
    /// A member that was downed may still be running, cut off, and takes its own time to notice: its tasks are given away only when it
    /// must have stopped them.
    /// </summary>
    private void Removed(ClusterEvent.MemberRemoved removed)
    {
        var margin = removed.PreviousStatus == MemberStatus.Down ? Akka.Cluster.Cluster.Get(Context.System).DowningProvider.DownRemovalMargin : TimeSpan.Zero;
        if (margin > TimeSpan.Zero) Timers.StartSingleTimer(removed.Member.UniqueAddress, new CutOff(removed.Member), margin);
        else Lose(removed.Member, inOrder: removed.PreviousStatus != MemberStatus.Down);
    }

    private void Lose(Member member, bool inOrder = false)
    {
        foreach (var node in _members.Where(m => m.Value == member.UniqueAddress.ToString()).Select(m => m.Key).ToList()) Lose(node, "left the cluster", inOrder);

        // One that this scheduler has not heard from yet is known by its role only.
        if (NodeShardAllocation.NodeOf(member) is { } silent && !_members.ContainsKey(silent)) Lose(silent, "left the cluster", inOrder);
        if (member.HasRole(ClusterRoles.Scheduler)) Timers.StartSingleTimer(CompareAfterLoss, Compare.Instance, CompareAfterLoss);
    }

    private void Lose(string node, string why, bool inOrder = false)
    {
        _members.Remove(node);
        if (!_incarnations.Remove(node, out var incarnation)) return;
        if (inOrder) _log.Info("Node [{0}] is gone: it {1}", node, why);
        else _log.Warning("Node [{0}] is lost: it {1}", node, why);
        Take(new NodeLost(Now(), node, incarnation));
    }

    /// <summary>
    /// Planning goes on without the silent ones. One that is a member of the cluster may be alive and running its tasks, only late to
    /// report: it is lost when it is removed, or replaced when it reports as another.
    /// </summary>
    private void GiveUpUnconfirmed()
    {
        var members = Akka.Cluster.Cluster.Get(Context.System).State.Members.Select(NodeShardAllocation.NodeOf).ToHashSet();
        foreach (var node in _unconfirmed.Where(node => !members.Contains(node)).ToList())
            Lose(node, $"is no member and did not report within {_settings.RecoveryGrace}");
        _unconfirmed.Clear();
        AskForCycle();
    }

    private void Wake(OpenJobs open)
    {
        foreach (var job in open.Jobs.Where(job => _core.PendingOf(job.Value) is null && _core.AllocationOf(job.Value) is null)) _jobs.Tell(new Dispatch.Wake(job));
    }

    private void Take(SchedulerInput input) => _inbox.Enqueue(Asked(new Incoming(input, ActorRefs.Nobody, null)));

    private void Take(SchedulerInput input, IActorRef from, object acknowledgement) => Take(input, from, _ => acknowledgement);

    /// <param name="input">Taken into the next cycle.</param>
    /// <param name="from">Is answered once that is stored.</param>
    /// <param name="answer">The answer, given whether the input changed anything.</param>
    private void Take(SchedulerInput input, IActorRef from, Func<bool, object> answer) => _inbox.Enqueue(Asked(new Incoming(input, from, answer)));

    private Incoming Asked(Incoming incoming)
    {
        AskForCycle();
        return incoming;
    }

    /// <summary>The request goes to the end of the mailbox, so that everything already there shares one cycle and one write.</summary>
    private void AskForCycle()
    {
        if (_cycleAsked) return;
        _cycleAsked = true;
        Self.Tell(Cycle.Instance);
    }

    /// <summary>One cycle: apply what came in, plan, store both, then tell. The core runs ahead of the journal only while the write is under way.</summary>
    private void RunCycle()
    {
        _cycleAsked = false;
        var now = Now();
        var phases = new CyclePhases();
        var answers = new List<(IActorRef To, object Answer)>();
        var changes = new List<LedgerInput>();
        var lost = new List<JobAttempt>();
        for (var taken = 0; taken < MaxInputs && _inbox.TryDequeue(out var incoming); taken++)
        {
            var applied = _core.Apply(incoming.Input);
            if (applied.Changed) changes.Add(LedgerInput.Of(incoming.Input));
            else if (incoming.Input is NodeUp or JobQueued) _log.Info("Nothing changes through [{0}]: {1}", incoming.Input, applied.Ignored);
            lost.AddRange(applied.LostRanks);
            if (incoming.Answer is { } answer) answers.Add((incoming.From, answer(applied.Changed)));
        }

        phases.Applied();
        var planned = !IsComparingNotes;
        var plan = planned ? _core.Plan(now) : new Plan(now, [], [], [], []);
        phases.Planned();
        _core.Commit(plan);
        phases.Committed();
        if (changes.Count > 0 || !plan.IsEmpty)
        {
            Persist(LedgerEntry.Of(now, changes, planned, plan), stored =>
            {
                phases.Stored();
                SchedulerMetrics.Record(stored, _core, phases);
                _log.Info("Cycle: [{0}] inputs, [{1}] starts, [{2}] stops, [{3}] waiting, [{4}] placed; {5}",
                    stored.Inputs.Count, stored.Starts.Count, stored.Preempts.Count + stored.Expires.Count, _core.PendingCount, _core.AllocationCount, phases);
                SaveSnapshotNowAndThen();
                AfterCycle(answers, plan, lost);
            });
        }
        else
        {
            AfterCycle(answers, plan, lost);
        }
    }

    private void AfterCycle(List<(IActorRef To, object Answer)> answers, Plan plan, List<JobAttempt> lost)
    {
        foreach (var (to, answer) in answers) to.Tell(answer);
        _owed.Tell(_core, plan);
        _owed.TellLost(_core, lost);
        if (_inbox.Count > 0) AskForCycle();
        else if (_core.NextWake(_lastAt) is { } next) Timers.StartSingleTimer(Cycle.Instance, Cycle.Instance, Later(next));
    }

    private void SaveSnapshotNowAndThen()
    {
        if (++_entriesSinceSnapshot < _settings.SnapshotEvery) return;
        _entriesSinceSnapshot = 0;
        SaveSnapshot(_core.Export());
    }

    /// <summary>The ledger's time never runs backwards, whatever the machine's clock does.</summary>
    private DateTimeOffset Now()
    {
        var now = _time.GetUtcNow();
        if (now > _lastAt) _lastAt = now;
        return _lastAt;
    }

    private TimeSpan Later(DateTimeOffset at)
    {
        var delay = at - _time.GetUtcNow();
        return delay > TimeSpan.FromMilliseconds(1) ? delay : TimeSpan.FromMilliseconds(1);
    }

    private sealed record Incoming(SchedulerInput Input, IActorRef From, Func<bool, object>? Answer);

    private sealed record CutOff(Member Member) : INoSerializationVerificationNeeded;

    private sealed record OpenJobs(IReadOnlyList<JobId> Jobs) : INoSerializationVerificationNeeded;

    private sealed record Cycle : INoSerializationVerificationNeeded
    {
        public static readonly Cycle Instance = new();
    }

    private sealed record Repeat : INoSerializationVerificationNeeded
    {
        public static readonly Repeat Instance = new();
    }

    private sealed record Compare : INoSerializationVerificationNeeded
    {
        public static readonly Compare Instance = new();
    }

    private sealed record GraceIsOver : INoSerializationVerificationNeeded
    {
        public static readonly GraceIsOver Instance = new();
    }
}
