using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Persistence;
using AkkaMLScheduler.Cluster.Projections;
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

    /// <summary>How often the read tables are searched for open jobs that the ledger does not know.</summary>
    private static readonly TimeSpan CompareInterval = TimeSpan.FromSeconds(5);

    private readonly SchedulerSettings _settings;
    private readonly IActorRef _jobs;
    private readonly ReadTables _tables;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    private readonly Queue<Incoming> _inbox = new();

    /// <summary>By node, the cluster member that its worker said it lives on.</summary>
    private readonly Dictionary<string, string> _members = [];

    /// <summary>By node, the incarnation that is up as the core sees it once the inbox is empty.</summary>
    private readonly Dictionary<string, string> _incarnations = [];
    private readonly HashSet<string> _unconfirmed = [];
    private readonly HashSet<JobAttempt> _accepted = [];
    private SchedulerCore _core;
    private DateTimeOffset _lastAt = DateTimeOffset.MinValue;
    private bool _cycleAsked;
    private int _entriesSinceSnapshot;

    public SchedulerActor(SchedulerSettings settings, IActorRef jobs, ReadTables tables, TimeProvider time)
    {
        _settings = settings;
        _jobs = jobs;
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

        Command<Dispatch.Enqueue>(c => Take(new JobQueued(Now(), Request(c)), new Dispatch.Enqueued(c.JobId, c.Attempt)));
        Command<Dispatch.Release>(c => Take(new JobEnded(Now(), c.JobId.Value, c.Attempt), new Dispatch.Released(c.JobId, c.Attempt)));
        Command<Dispatch.Checkpointed>(c =>
        {
            // Only the choice of victims asks for it; without preemption the ledger is spared the writes.
            if (_core.Policy.Preemption != "none") Take(new JobCheckpointed(Now(), c.JobId.Value, c.Attempt), acknowledgement: null);
        });
        Command<Dispatch.AttemptAccepted>(c => _accepted.Add(new JobAttempt(c.JobId.Value, c.Attempt)));
        Command<Dispatch.RegisterNode>(Register);
        Command<ClusterEvent.MemberRemoved>(Removed);
        Command<CutOff>(cut => Lose(cut.Member));
        Command<ClusterEvent.IMemberEvent>(_ => { });
        Command<ClusterEvent.CurrentClusterState>(_ => { });
        Command<Cycle>(_ => RunCycle());
        Command<Repeat>(_ => TellWhatIsOwed());
        Command<GraceIsOver>(_ => GiveUpUnconfirmed());
        Command<Compare>(_ =>
        {
            // A job that lost its node after it had accepted would otherwise never be spoken to again.
            _accepted.Clear();
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

    private static JobRequest Request(Dispatch.Enqueue c) => new(
        c.JobId.Value, c.Attempt, "default", c.Priority, c.Tasks, new Resources(c.Resources.MilliCpu, c.Resources.MemoryBytes, c.Resources.Gpus * (long)Resources.PerGpu),
        c.SubmittedAt, c.EligibleAt)
    { Preemptions = c.Preemptions };

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

        if (_core.Policy != _settings.Policy) Take(new PolicyChanged(Now(), _settings.Policy), acknowledgement: null);
        _log.Info("The scheduler leads with policy [{0}]: [{1}] nodes to hear from, [{2}] attempts placed, [{3}] waiting",
            _settings.Policy, _unconfirmed.Count, _core.AllocationCount, _core.PendingCount);
        SchedulerMetrics.Record(_core);
        Timers.StartSingleTimer(GraceIsOver.Instance, GraceIsOver.Instance, _settings.RecoveryGrace);
        Timers.StartPeriodicTimer(Repeat.Instance, Repeat.Instance, _settings.RepeatInterval);
        Timers.StartPeriodicTimer(Compare.Instance, Compare.Instance, TimeSpan.FromSeconds(1), CompareInterval);
    }

    private void Register(Dispatch.RegisterNode c)
    {
        _members[c.Node] = c.Member;
        if (_unconfirmed.Remove(c.Node)) AskForCycle();
        if (_incarnations.GetValueOrDefault(c.Node) == c.Incarnation) return;
        _incarnations[c.Node] = c.Incarnation;
        var capacity = new Resources(c.Capacity.MilliCpu, c.Capacity.MemoryBytes, c.Capacity.Gpus * (long)Resources.PerGpu);
        Take(new NodeUp(Now(), new NodeCapacity(c.Node, c.Incarnation, capacity, c.Labels)), acknowledgement: null);
    }

    /// <summary>
    /// A member that was downed may still be running, cut off, and takes its own time to notice: its tasks are given away only when it
    /// must have stopped them.
    /// </summary>
    private void Removed(ClusterEvent.MemberRemoved removed)
    {
        var margin = removed.PreviousStatus == MemberStatus.Down ? Akka.Cluster.Cluster.Get(Context.System).DowningProvider.DownRemovalMargin : TimeSpan.Zero;
        if (margin > TimeSpan.Zero) Timers.StartSingleTimer(removed.Member.UniqueAddress, new CutOff(removed.Member), margin);
        else Lose(removed.Member);
    }

    private void Lose(Member member)
    {
        foreach (var node in _members.Where(m => m.Value == member.UniqueAddress.ToString()).Select(m => m.Key).ToList()) Lose(node, "left the cluster");
    }

    private void Lose(string node, string why)
    {
        _members.Remove(node);
        if (!_incarnations.Remove(node, out var incarnation)) return;
        _log.Warning("Node [{0}] is lost: it {1}", node, why);
        Take(new NodeLost(Now(), node, incarnation), acknowledgement: null);
    }

    private void GiveUpUnconfirmed()
    {
        foreach (var node in _unconfirmed.ToList()) Lose(node, $"did not report within {_settings.RecoveryGrace}");
        _unconfirmed.Clear();
        AskForCycle();
    }

    private void Wake(OpenJobs open)
    {
        foreach (var job in open.Jobs.Where(job => _core.PendingOf(job.Value) is null && _core.AllocationOf(job.Value) is null)) _jobs.Tell(new Dispatch.Wake(job));
    }

    private void Take(SchedulerInput input, IJobCommand? acknowledgement)
    {
        _inbox.Enqueue(new Incoming(input, acknowledgement));
        AskForCycle();
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
        var started = Stopwatch.GetTimestamp();
        var now = Now();
        var taken = new List<Incoming>();
        var changes = new List<LedgerInput>();
        while (taken.Count < MaxInputs && _inbox.TryDequeue(out var incoming))
        {
            taken.Add(incoming);
            var applied = _core.Apply(incoming.Input);
            if (applied.Changed) changes.Add(LedgerInput.Of(incoming.Input));
            else if (incoming.Input is NodeUp or JobQueued) _log.Info("Nothing changes through [{0}]: {1}", incoming.Input, applied.Ignored);
        }

        var planned = !IsComparingNotes;
        var plan = planned ? _core.Plan(now) : new Plan(now, [], [], [], []);
        _core.Commit(plan);
        var planning = Stopwatch.GetElapsedTime(started);
        if (changes.Count > 0 || !plan.IsEmpty)
        {
            Persist(LedgerEntry.Of(now, changes, planned, plan), stored =>
            {
                SchedulerMetrics.Record(stored, _core, planning);
                _log.Info("Cycle: [{0}] inputs, [{1}] starts, [{2}] preemptions, [{3}] waiting; planned and stored in [{4:F1}] ms",
                    stored.Inputs.Count, stored.Starts.Count, stored.Preempts.Count, _core.PendingCount, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                SaveSnapshotNowAndThen();
                AfterCycle(taken);
            });
        }
        else
        {
            AfterCycle(taken);
        }
    }

    private void AfterCycle(List<Incoming> taken)
    {
        foreach (var incoming in taken)
        {
            if (incoming.Acknowledgement is { } acknowledgement) _jobs.Tell(acknowledgement);
        }

        TellWhatIsOwed();
        if (_inbox.Count > 0) AskForCycle();
        else if (_core.NextWake(_lastAt) is { } next) Timers.StartSingleTimer(Cycle.Instance, Cycle.Instance, Later(next));
    }

    /// <summary>Whatever the ledger holds that its job has not acted upon yet. Said after each cycle and again at every interval.</summary>
    private void TellWhatIsOwed()
    {
        var allocations = _core.Allocations();
        _accepted.IntersectWith(allocations.Select(a => a.Request.Id));
        foreach (var held in allocations)
        {
            var job = new JobId(held.Job);
            if (!_accepted.Contains(held.Request.Id))
            {
                _jobs.Tell(new Dispatch.StartAttempt(
                    job, held.Attempt, [.. held.Placements.Select(p => new TaskPlacement(p.Rank, p.Node, p.Incarnation, p.Gpus))]));
            }

            if (held.Beneficiary is { } beneficiary) _jobs.Tell(new Dispatch.Preempt(job, held.Attempt, new JobId(beneficiary)));
            foreach (var lost in held.LostRanks.Select(rank => held.Placements[rank]).DistinctBy(p => (p.Node, p.Incarnation)))
                _jobs.Tell(new Dispatch.NodeGone(job, held.Attempt, lost.Node, lost.Incarnation));
        }
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

    private sealed record Incoming(SchedulerInput Input, IJobCommand? Acknowledgement);

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
