using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>
/// Replays a trace through the scheduler's core as a loop over events. Nothing in it depends on the wall clock but the figures
/// <c>wall_s</c> and <c>decisions_per_s</c>: the same trace, cluster and settings give the same outcomes.
/// </summary>
public sealed class Simulation
{
    private const int JobsPerProgressReport = 1_000;

    private readonly SchedulerCore _core;
    private readonly Trace _trace;
    private readonly SimulationSettings _settings;
    private readonly JobOutcome?[] _outcomes;
    private readonly int[] _arrivals;
    private readonly PriorityQueue<int, (long End, int Started)> _running = new();
    private int _nextArrival;
    private int _started;
    private int _ended;

    private Simulation(Trace trace, SimulatedCluster cluster, SimulationSettings settings)
    {
        _trace = trace;
        _settings = settings;
        _core = new SchedulerCore(settings.Policy);
        foreach (var node in cluster.Nodes)
            if (_core.Apply(new NodeUp(Instant(0), node)) is { Changed: false } refused)
                throw new ArgumentException($"The cluster cannot be simulated: {refused.Ignored}.", nameof(cluster));
        if (trace.Jobs.FirstOrDefault(job => job.RunSeconds < 1 || job.SubmitSeconds < 0) is { } impossible)
            throw new ArgumentException(
                $"Job {impossible.Job} of the trace cannot be simulated: it is submitted at {impossible.SubmitSeconds} and runs "
                + $"{impossible.RunSeconds} s; times start at 0, and a job runs for at least 1 s.",
                nameof(trace));
        _outcomes = new JobOutcome?[trace.Jobs.Count];
        // A stable sort: jobs submitted at the same instant stay in the trace's order.
        _arrivals = [.. Enumerable.Range(0, trace.Jobs.Count).OrderBy(index => trace.Jobs[index].SubmitSeconds)];
    }

    /// <summary>Replays the whole trace.</summary>
    /// <exception cref="UnknownPolicyException">The settings name a policy nobody registered; the message lists those that are.</exception>
    /// <exception cref="ArgumentException">
    /// The settings ask for preemption, or the cluster or a job is invalid; the message says which.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static SimulationResult Run(
        Trace trace, SimulatedCluster cluster, SimulationSettings settings, CancellationToken cancel = default)
    {
        PolicyRegistry.Check(settings.Policy);
        if (settings.Policy.Preemption != "none")
            throw new ArgumentException(
                $"Preemption \"{settings.Policy.Preemption}\" cannot be simulated; choose \"none\".", nameof(settings));
        var clock = Stopwatch.StartNew();
        var simulation = new Simulation(trace, cluster, settings);
        simulation.Run(cancel);
        var wall = clock.Elapsed;
        var outcomes = simulation._outcomes.OfType<JobOutcome>().ToArray();
        var neverRan = trace.Jobs.Where((_, index) => simulation._outcomes[index] is null).Select(job => job.Job).ToArray();
        return new SimulationResult(outcomes, neverRan, SimulationMetrics.Of(trace, cluster, outcomes, neverRan.Length, wall));
    }

    private static DateTimeOffset Instant(long seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);

    // The trace's labels need not be unique; positions in it are.
    private static string IdOf(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static int IndexOf(string id) => int.Parse(id, CultureInfo.InvariantCulture);

    private void Run(CancellationToken cancel)
    {
        while (NextInstant() is { } now)
        {
            cancel.ThrowIfCancellationRequested();
            if (_settings.Events == EventMode.Each)
                RunEach(now);
            else
                RunBatch(now);
        }

        _settings.Progress?.Report(_ended);
    }

    private long? NextInstant()
    {
        long? arrival = _nextArrival < _arrivals.Length ? _trace.Jobs[_arrivals[_nextArrival]].SubmitSeconds : null;
        if (!_running.TryPeek(out _, out var first)) return arrival;
        return arrival < first.End ? arrival : first.End;
    }

    private void RunEach(long now)
    {
        while (SubmitOne(now)) StartThoseThatCan(now);
        while (EndOne(now)) StartThoseThatCan(now);
    }

    private void RunBatch(long now)
    {
        while (EndOne(now))
        {
        }

        while (SubmitOne(now))
        {
        }

        StartThoseThatCan(now);
    }

    private bool SubmitOne(long now)
    {
        if (_nextArrival == _arrivals.Length) return false;
        var index = _arrivals[_nextArrival];
        var job = _trace.Jobs[index];
        if (job.SubmitSeconds != now) return false;
        _nextArrival++;
        var at = Instant(now);
        var result = _core.Apply(new JobQueued(at, new JobRequest(
            IdOf(index), 1, "", job.Priority, job.Tasks, job.PerTask, at, at)
        {
            Estimate = TimeSpan.FromSeconds(job.EstimateSeconds),
        }));
        if (!result.Changed) throw new ArgumentException($"Job {job.Job} of the trace cannot be simulated: {result.Ignored}.");
        return true;
    }

    private bool EndOne(long now)
    {
        if (!_running.TryPeek(out var index, out var first) || first.End != now) return false;
        _running.Dequeue();
        _core.Apply(new JobEnded(Instant(now), IdOf(index), 1));
        if (++_ended % JobsPerProgressReport == 0) _settings.Progress?.Report(_ended);
        return true;
    }

    private void StartThoseThatCan(long now)
    {
        var plan = _core.Plan(Instant(now));
        if (plan.IsEmpty) return;
        _core.Commit(plan);
        foreach (var start in plan.Starts)
        {
            var index = IndexOf(start.Job);
            var job = _trace.Jobs[index];
            var end = now + job.RunSeconds;
            _outcomes[index] = new JobOutcome(job.Job, job.SubmitSeconds, now, end, job.Size, NodesOf(start), job.User);
            _running.Enqueue(index, (end, _started++));
        }
    }

    private static string NodesOf(StartDecision start) => start.Placements.Count == 1
        ? start.Placements[0].Node
        : string.Join('+', start.Placements.Select(placement => placement.Node).Distinct(StringComparer.Ordinal));
}
