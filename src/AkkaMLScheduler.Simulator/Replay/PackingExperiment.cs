using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>
/// How much of the GPUs a placement can fill: the experiment of "Beware of Fragmentation" (ATC'23). The jobs of a trace arrive one by
/// one in a random order (drawn again from the trace, with replacement, once it is used up) and none departs, until they have asked for
/// a given multiple of the cluster's GPUs. One that finds no place is turned away.
/// </summary>
/// <remarks>In the outcomes an arrival's number, from 0, is its time in seconds; all end with the last arrival.</remarks>
public sealed class PackingExperiment
{
    /// <summary>Far beyond what tells placements apart.</summary>
    public const double MostLoad = 100;

    private const int ArrivalsPerProgressReport = 1_000;

    private readonly SchedulerCore _core;
    private readonly Trace _trace;
    private readonly SimulationSettings _settings;
    private readonly List<JobOutcome> _placed = [];
    private readonly List<string> _turnedAway = [];
    private readonly LatencyHistogram _passes = new();

    private PackingExperiment(Trace trace, SimulatedCluster cluster, SimulationSettings settings)
    {
        _trace = trace;
        _settings = settings;
        _core = Simulation.CoreOf(cluster, trace, settings.Policy);
    }

    /// <summary>Runs the experiment.</summary>
    /// <param name="load">GPUs asked for by all arrivals together ÷ GPUs of the cluster, more than 0 and at most <see cref="MostLoad"/>.</param>
    /// <param name="seed">Of the order of arrival.</param>
    /// <exception cref="UnknownPolicyException">The settings name a policy nobody registered; the message lists those that are.</exception>
    /// <exception cref="ArgumentException">The load is impossible, or the cluster or the trace has no GPUs; the message says which.</exception>
    public static SimulationResult Run(
        Trace trace, SimulatedCluster cluster, SimulationSettings settings, double load, int seed, CancellationToken cancel = default)
    {
        PolicyRegistry.Check(settings.Policy);
        if (!(load > 0 && load <= MostLoad)) throw new ArgumentException($"A load of {load} is not possible; it is more than 0 and at most {MostLoad}.", nameof(load));
        var total = cluster.Nodes.Sum(node => node.Capacity.MilliGpu);
        if (total == 0) throw new ArgumentException("The cluster has no GPUs to fill.", nameof(cluster));
        if (trace.Jobs.All(job => Demand(job) == 0)) throw new ArgumentException("No job of the trace asks for GPUs.", nameof(trace));
        var began = Stopwatch.GetTimestamp();
        var experiment = new PackingExperiment(trace, cluster, settings);
        experiment.Fill((long)(load * total), seed, cancel);
        return experiment.Result(cluster, total, Stopwatch.GetElapsedTime(began));
    }

    private static long Demand(TraceJob job) => job.PerTask.MilliGpu * job.Tasks;

    private static IEnumerable<int> Order(int count, int seed)
    {
        var random = new Random(seed);
        var shuffled = Enumerable.Range(0, count).ToArray();
        random.Shuffle(shuffled);
        foreach (var index in shuffled) yield return index;
        while (true) yield return random.Next(count);
    }

    private void Fill(long target, int seed, CancellationToken cancel)
    {
        var arrived = 0L;
        foreach (var index in Order(_trace.Jobs.Count, seed))
        {
            if (arrived >= target) return;
            cancel.ThrowIfCancellationRequested();
            var job = _trace.Jobs[index];
            arrived += Demand(job);
            Arrive(job, _placed.Count + _turnedAway.Count);
        }
    }

    private void Arrive(TraceJob job, int number)
    {
        var at = Simulation.Instant(number);
        var id = number.ToString(CultureInfo.InvariantCulture);
        var began = Stopwatch.GetTimestamp();
        _core.Apply(new JobQueued(at, new JobRequest(id, 1, Simulation.QueueOf(job.User), job.Priority, job.Tasks, job.PerTask, at, at)
        {
            Selector = job.Selector,
        }));
        var plan = _core.Plan(at);
        _core.Commit(plan);
        _passes.Add(Stopwatch.GetTimestamp() - began);
        if (plan.Starts.Count > 0)
        {
            _placed.Add(new JobOutcome(job.Job, number, number, number, job.Size, Simulation.NodesOf(plan.Starts[0]), job.User));
        }
        else
        {
            _core.Apply(new JobEnded(at, id, 1, JobVerdict.Cancelled));
            _turnedAway.Add(job.Job);
        }

        if (number % ArrivalsPerProgressReport == 0) _settings.Progress?.Report(number);
    }

    private SimulationResult Result(SimulatedCluster cluster, long total, TimeSpan wall)
    {
        var arrivals = _placed.Count + _turnedAway.Count;
        var outcomes = _placed.Select(job => job with { End = arrivals }).ToArray();
        var allocated = outcomes.Sum(job => job.Size) * Resources.PerGpu / total;
        var figures = new RunFigures(wall, _passes)
        {
            Decisions = arrivals,
            Fragmentation = TypicalShapes.Fragmented(_core),
            AllocationRate = allocated,
        };
        var metrics = SimulationMetrics.Of(_trace, cluster, outcomes, _turnedAway.Count, figures) with
        {
            GpuAllocationPercent = 100 * allocated,
            PodsPlaced = outcomes.Length,
            PodsFailed = _turnedAway.Count,
        };
        return new SimulationResult(outcomes, _turnedAway, metrics);
    }
}
