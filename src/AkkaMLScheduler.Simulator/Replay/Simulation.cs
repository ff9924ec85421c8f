using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>
/// Replays a trace through the scheduler's core as a loop over events. Nothing in it depends on the wall clock but the figures
/// <c>wall_s</c>, <c>decisions_per_s</c> and <c>cycle_p99_ms</c>: the same trace, cluster and settings give the same outcomes.
/// </summary>
public sealed class Simulation
{
    /// <summary>The queue of the jobs whose user is not known.</summary>
    public const string NoUserQueue = "default";

    private const int JobsPerProgressReport = 1_000;

    /// <summary>A pass that preempts calls for another at the same instant; the core's potential ends that long before this many.</summary>
    private const int MostPassesAtOnce = 10_000;

    /// <summary>With nothing running and nothing to come, the core is woken in vain at most so often before what waits counts as stuck.</summary>
    private const int MostIdleWakes = 1_000;

    private readonly SchedulerCore _core;
    private readonly Trace _trace;
    private readonly SimulationSettings _settings;
    private readonly JobOutcome?[] _outcomes;
    private readonly int[] _arrivals;
    private readonly int[] _users;
    private readonly RunningJobs _running = new();
    private readonly Dictionary<int, PreemptedJob> _preempted = [];
    private readonly Checkpoints? _checkpoints;
    private readonly PredictedEnds? _predictedEnds;
    private readonly LatencyHistogram _passes = new();
    private readonly UsageMeter _usage;
    private readonly FragmentationMeter _fragmentation;
    private long? _wake;
    private int _idleWakes;
    private int _nextArrival;
    private int _starts;
    private int _ended;

    private Simulation(Trace trace, SimulatedCluster cluster, SimulationSettings settings)
    {
        _trace = trace;
        _settings = settings;
        _core = CoreOf(cluster, trace, settings.Policy);
        if (trace.Jobs.FirstOrDefault(job => job.RunSeconds < 1 || job.SubmitSeconds < 0) is { } impossible)
            throw new ArgumentException(
                $"Job {impossible.Job} of the trace cannot be simulated: it is submitted at {impossible.SubmitSeconds} and runs "
                + $"{impossible.RunSeconds} s; times start at 0, and a job runs for at least 1 s.",
                nameof(trace));
        _outcomes = new JobOutcome?[trace.Jobs.Count];
        // A stable sort: jobs submitted at the same instant stay in the trace's order.
        _arrivals = [.. Enumerable.Range(0, trace.Jobs.Count).OrderBy(index => trace.Jobs[index].SubmitSeconds)];
        var users = new Dictionary<string, int>(StringComparer.Ordinal);
        _users = [.. trace.Jobs.Select(job => users.TryAdd(job.User, users.Count) ? users.Count - 1 : users[job.User])];
        _usage = new UsageMeter(cluster.Size, users.Count);
        _fragmentation = new FragmentationMeter(() => TypicalShapes.Fragmented(_core), Submitted(0), Submitted(trace.Jobs.Count - 1));
        // Without preemption nobody asks what stopping a job would lose.
        if (settings.Policy.Preemption != "none") _checkpoints = new Checkpoints(_running, settings.CheckpointSeconds);
        if (settings.Events == EventMode.Each) _predictedEnds = new PredictedEnds(_running);
    }

    /// <summary>Replays the whole trace.</summary>
    /// <exception cref="UnknownPolicyException">The settings name a policy nobody registered; the message lists those that are.</exception>
    /// <exception cref="ArgumentException">The cluster, a job or a setting is invalid; the message says which.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static SimulationResult Run(
        Trace trace, SimulatedCluster cluster, SimulationSettings settings, CancellationToken cancel = default)
    {
        PolicyRegistry.Check(settings.Policy);
        if (settings.CheckpointSeconds < 1)
            throw new ArgumentException($"Checkpoints every {settings.CheckpointSeconds} s are not possible; 1 is the least.", nameof(settings));
        var began = Stopwatch.GetTimestamp();
        var simulation = new Simulation(trace, cluster, settings);
        simulation.Run(cancel);
        var figures = simulation.Figures(Stopwatch.GetElapsedTime(began));
        var outcomes = simulation._outcomes.OfType<JobOutcome>().ToArray();
        var neverRan = trace.Jobs.Where((_, index) => simulation._outcomes[index] is null).Select(job => job.Job).ToArray();
        return new SimulationResult(outcomes, neverRan, SimulationMetrics.Of(trace, cluster, outcomes, neverRan.Length, figures));
    }

    internal static DateTimeOffset Instant(long seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);

    internal static SchedulerCore CoreOf(SimulatedCluster cluster, Trace trace, SchedulingPolicy policy)
    {
        var core = new SchedulerCore(policy);
        // What no job asks for must not sway the choice of a node.
        var (cpu, memory) = (trace.Jobs.Any(job => job.PerTask.MilliCpu > 0), trace.Jobs.Any(job => job.PerTask.MemoryBytes > 0));
        foreach (var (node, capacity) in cluster.Nodes.Select(node => (node, node.Capacity)))
            if (core.Apply(new NodeUp(Instant(0), node with
            {
                Capacity = capacity with { MilliCpu = cpu ? capacity.MilliCpu : 0, MemoryBytes = memory ? capacity.MemoryBytes : 0 },
            })) is { Changed: false } refused)
                throw new ArgumentException($"The cluster cannot be simulated: {refused.Ignored}.", nameof(cluster));
        if (cluster.Nodes.Any(node => node.Capacity.MilliGpu > 0)) core.Apply(new TypicalTasksChanged(Instant(0), TypicalShapes.Of(trace)));
        return core;
    }

    internal static string NodesOf(StartDecision start) => start.Placements.Count == 1
        ? start.Placements[0].Node
        : string.Join('+', start.Placements.Select(placement => placement.Node).Distinct(StringComparer.Ordinal));

    /// <summary>A user is one queue, whatever the name: a slash in it makes no queue within another.</summary>
    internal static string QueueOf(string user)
    {
        if (user.Length == 0) return NoUserQueue;
        var name = user.Replace('/', '_');
        return name.Length <= QueueSpec.MaxPathLength ? name : name[..QueueSpec.MaxPathLength];
    }

    // The trace's labels need not be unique; positions in it are.
    private static string IdOf(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static int IndexOf(string id) => int.Parse(id, CultureInfo.InvariantCulture);

    private long Submitted(int arrival) => _arrivals.Length == 0 ? 0 : _trace.Jobs[_arrivals[arrival]].SubmitSeconds;

    private RunFigures Figures(TimeSpan wall) => new(wall, _passes)
    {
        Decisions = _starts,
        Fragmentation = _fragmentation.Mean,
        AllocationRate = _usage.AllocationRate,
        UsersMean = _usage.UsersMean,
        Jain = _usage.Jain,
    };

    private void Run(CancellationToken cancel)
    {
        while (NextInstant() is { } now)
        {
            cancel.ThrowIfCancellationRequested();
            _usage.AdvanceTo(now);
            if (_checkpoints is not null)
                foreach (var (at, job) in _checkpoints.UpTo(now))
                    _core.Apply(new JobCheckpointed(Instant(at), IdOf(job.Index), job.Attempt));
            if (_settings.Events == EventMode.Each)
                RunEach(now);
            else
                RunBatch(now);
            _fragmentation.At(now);
            _wake = NextWake(now);
        }

        _settings.Progress?.Report(_ended);
    }

    private long? NextInstant()
    {
        long? next = _nextArrival < _arrivals.Length ? Submitted(_nextArrival) : null;
        if (_running.First is { } first && !(next <= first.End)) next = first.End;
        if (next is not null)
            _idleWakes = 0;
        else if (_wake is not null && ++_idleWakes > MostIdleWakes)
            return null;
        return next <= _wake ? next : _wake ?? next;
    }

    private long? NextWake(long now)
    {
        if (_core.NextWake(Instant(now)) is not { } at) return null;
        var seconds = (long)Math.Ceiling((at - DateTimeOffset.UnixEpoch).TotalSeconds);
        return seconds > now ? seconds : null;
    }

    private void RunEach(long now)
    {
        var woken = _wake == now;
        // Whoever comes now sees the room of those whose predicted end has come, although they are told to have ended only afterwards.
        foreach (var job in _predictedEnds!.UpTo(now)) _core.Vacate(IdOf(job.Index));
        while (SubmitOne(now)) Pass(now);
        while (EndOne(now)) Pass(now);
        if (woken) Pass(now);
    }

    private void RunBatch(long now)
    {
        while (EndOne(now))
        {
        }

        while (SubmitOne(now))
        {
        }

        Pass(now);
    }

    private bool SubmitOne(long now)
    {
        if (_nextArrival == _arrivals.Length || Submitted(_nextArrival) != now) return false;
        var index = _arrivals[_nextArrival++];
        // A request that the core refuses asks for more than anything could hold: it never runs.
        if (_core.Apply(new JobQueued(Instant(now), Request(index, null))).Changed) _usage.Come(_users[index]);
        return true;
    }

    private JobRequest Request(int index, PreemptedJob? before)
    {
        var job = _trace.Jobs[index];
        var submitted = Instant(job.SubmitSeconds);
        var estimate = job.EstimateSeconds - (before?.Saved ?? 0);
        return new JobRequest(
            IdOf(index), 1 + (before?.Preemptions ?? 0), QueueOf(job.User), job.Priority, job.Tasks, job.PerTask, submitted, submitted)
        {
            Estimate = TimeSpan.FromSeconds(estimate),
            Selector = job.Selector,
            Preemptions = before?.Preemptions ?? 0,
        };
    }

    private bool EndOne(long now)
    {
        if (_running.First is not { } first || first.End != now) return false;
        End(_running.Remove(first.Index, first.Attempt));
        return true;
    }

    private void End(RunningJob done)
    {
        var (index, now) = (done.Index, done.End);
        var job = _trace.Jobs[index];
        _core.Apply(new JobEnded(Instant(now), IdOf(index), done.Attempt, JobVerdict.Succeeded));
        _usage.Give(_users[index], job.Size);
        _usage.Go(_users[index]);
        var outcome = new JobOutcome(job.Job, job.SubmitSeconds, done.Start, now, job.Size, done.Nodes, job.User);
        if (_preempted.Remove(index, out var before))
        {
            before.Ran(done, now);
            outcome = outcome with { Start = before.Spans[0].Start, Preemptions = before.Preemptions, Spans = before.Spans, Lost = before.Lost };
        }

        _outcomes[index] = outcome;
        if (++_ended % JobsPerProgressReport == 0) _settings.Progress?.Report(_ended);
    }

    private void Pass(long now)
    {
        for (var passes = 0; passes < MostPassesAtOnce; passes++)
        {
            var began = Stopwatch.GetTimestamp();
            var plan = _core.Plan(Instant(now));
            if (!plan.IsEmpty) _core.Commit(plan);
            _passes.Add(Stopwatch.GetTimestamp() - began);
            Withdraw(plan.Unschedulable, now);
            foreach (var start in plan.Starts) Start(start, now);
            if (plan.Preempts.Count == 0) return;
            foreach (var preempt in plan.Preempts) Stop(preempt, now);
        }

        throw new InvalidOperationException($"The policy {_settings.Policy} still preempts after {MostPassesAtOnce} passes at second {now}.");
    }

    private void Start(StartDecision start, long now)
    {
        var index = IndexOf(start.Job);
        var job = _trace.Jobs[index];
        var saved = _preempted.TryGetValue(index, out var before) ? before.Saved : 0;
        var running = new RunningJob(
            index, start.Attempt, now, now + job.RunSeconds - saved, now + job.EstimateSeconds - saved, NodesOf(start));
        _running.Add(running);
        _checkpoints?.Follow(running);
        _predictedEnds?.Follow(running);
        _usage.Take(_users[index], job.Size);
        _starts++;
    }

    private void Stop(PreemptDecision preempt, long now)
    {
        var index = IndexOf(preempt.Job);
        var victim = _running.Remove(index, preempt.Attempt);
        if (victim.End == now)
        {
            End(victim);
            return;
        }

        if (!_preempted.TryGetValue(index, out var history)) _preempted.Add(index, history = new PreemptedJob());
        history.Stopped(victim, now, _settings.CheckpointSeconds);
        _usage.Give(_users[index], _trace.Jobs[index].Size);
        _core.Apply(new JobEnded(Instant(now), preempt.Job, preempt.Attempt));
        _core.Apply(new JobQueued(Instant(now), Request(index, history)));
    }

    /// <summary>The cluster never changes, so what nothing in it can hold is told off at once, and no later pass looks at it.</summary>
    private void Withdraw(IReadOnlyList<Unschedulable> unschedulable, long now)
    {
        foreach (var one in unschedulable)
        {
            if (one.Reason is not (PendingReason.InfeasibleNever or PendingReason.SelectorUnmatched)) continue;
            _core.Apply(new JobEnded(Instant(now), one.Job, one.Attempt, JobVerdict.Cancelled));
            _usage.Go(_users[IndexOf(one.Job)]);
        }
    }
}
