using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Simulator;

/// <summary>The figures of one run, over all jobs that ran. Percentiles interpolate linearly between the two nearest ranks.</summary>
public sealed record SimulationMetrics
{
    [JsonPropertyName("jobs")]
    public required int Jobs { get; init; }

    /// <summary>Jobs that no node, or not all of them together, could ever hold.</summary>
    [JsonPropertyName("jobs_never_ran")]
    public required int JobsNeverRan { get; init; }

    /// <summary>Lines of the trace that were skipped.</summary>
    [JsonPropertyName("malformed_lines")]
    public required int MalformedLines { get; init; }

    /// <summary>From the first submission to the last end.</summary>
    [JsonPropertyName("makespan_s")]
    public required long MakespanSeconds { get; init; }

    /// <summary>Σ size · run / (cluster size · makespan), 0..1; work that was lost does not count.</summary>
    [JsonPropertyName("utilisation")]
    public required double Utilisation { get; init; }

    [JsonPropertyName("wait_mean_s")]
    public required double WaitMeanSeconds { get; init; }

    [JsonPropertyName("wait_p50_s")]
    public required double WaitP50Seconds { get; init; }

    [JsonPropertyName("wait_p95_s")]
    public required double WaitP95Seconds { get; init; }

    [JsonPropertyName("wait_p99_s")]
    public required double WaitP99Seconds { get; init; }

    [JsonPropertyName("wait_max_s")]
    public required double WaitMaxSeconds { get; init; }

    [JsonPropertyName("bsld_mean")]
    public required double SlowdownMean { get; init; }

    [JsonPropertyName("bsld_p95")]
    public required double SlowdownP95 { get; init; }

    [JsonPropertyName("bsld_max")]
    public required double SlowdownMax { get; init; }

    /// <summary>Mean of end - submission.</summary>
    [JsonPropertyName("jct_mean_s")]
    public required double CompletionMeanSeconds { get; init; }

    [JsonPropertyName("jct_p50_s")]
    public required double CompletionP50Seconds { get; init; }

    [JsonPropertyName("jct_p95_s")]
    public required double CompletionP95Seconds { get; init; }

    [JsonPropertyName("jct_p99_s")]
    public required double CompletionP99Seconds { get; init; }

    /// <summary>How often a job was stopped for others.</summary>
    [JsonPropertyName("preemptions")]
    public required int Preemptions { get; init; }

    /// <summary>What that cost, in GPU-seconds (processor-seconds where the trace counts processors): size · run since the last checkpoint.</summary>
    [JsonPropertyName("lost_gpu_s")]
    public required double LostUnitSeconds { get; init; }

    /// <summary>The share of idle GPU that the trace's shapes cannot use (the F of FGD, ATC'23), over time, 0..1; 0 on a cluster without GPUs.</summary>
    [JsonPropertyName("fragmentation")]
    public required double Fragmentation { get; init; }

    /// <summary>The share of the cluster that is allocated while jobs wait or run, over time, 0..1.</summary>
    [JsonPropertyName("allocation_rate")]
    public required double AllocationRate { get; init; }

    /// <summary>How long a job took ÷ how long on a share of the cluster of its user's own, the mean over jobs (Themis, NSDI'20).</summary>
    [JsonPropertyName("finish_time_fairness_mean")]
    public required double FinishTimeFairnessMean { get; init; }

    [JsonPropertyName("finish_time_fairness_max")]
    public required double FinishTimeFairnessMax { get; init; }

    /// <summary>The share of jobs for which that is above 1.1.</summary>
    [JsonPropertyName("finish_time_unfair")]
    public required double FinishTimeUnfair { get; init; }

    /// <summary>Jain's index over what the users with work hold, over time: 1 is even.</summary>
    [JsonPropertyName("jain_index")]
    public required double JainIndex { get; init; }

    /// <summary>Starts per second of wall time.</summary>
    [JsonPropertyName("decisions_per_s")]
    public required double DecisionsPerSecond { get; init; }

    /// <summary>99 % of the scheduling passes took at most so long.</summary>
    [JsonPropertyName("cycle_p99_ms")]
    public required double CycleP99Milliseconds { get; init; }

    /// <summary>How long the replay took, without reading the trace.</summary>
    [JsonPropertyName("wall_s")]
    public required double WallSeconds { get; init; }

    /// <summary>Of the packing experiment: GPU allocated ÷ GPU there is, in per cent, at its end.</summary>
    [JsonPropertyName("gpu_allocation_percent")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? GpuAllocationPercent { get; init; }

    /// <summary>Of the packing experiment: arrivals that got a place.</summary>
    [JsonPropertyName("pods_placed")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PodsPlaced { get; init; }

    /// <summary>Of the packing experiment: arrivals that did not.</summary>
    [JsonPropertyName("pods_failed")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PodsFailed { get; init; }

    internal static SimulationMetrics Of(
        Trace trace, SimulatedCluster cluster, IReadOnlyList<JobOutcome> outcomes, int neverRan, RunFigures run)
    {
        var waits = Distribution.Of(outcomes.Select(job => (double)job.Wait));
        var slowdowns = Distribution.Of(outcomes.Select(job => job.BoundedSlowdown));
        var completions = Distribution.Of(outcomes.Select(job => (double)(job.End - job.Submit)));
        var fairness = Distribution.Of(FinishTimeFairness.Of(outcomes, cluster.Size, run.UsersMean));
        var makespan = outcomes.Count == 0 ? 0 : outcomes.Max(job => job.End) - outcomes.Min(job => job.Submit);
        var work = outcomes.Sum(job => job.Size * (job.Run - job.Lost));
        var wallSeconds = run.Wall.TotalSeconds;
        return new SimulationMetrics
        {
            Jobs = outcomes.Count,
            JobsNeverRan = neverRan,
            MalformedLines = trace.MalformedCount,
            MakespanSeconds = makespan,
            Utilisation = makespan == 0 ? 0 : work / ((double)cluster.Size * makespan),
            WaitMeanSeconds = waits.Mean,
            WaitP50Seconds = waits.Percentile(50),
            WaitP95Seconds = waits.Percentile(95),
            WaitP99Seconds = waits.Percentile(99),
            WaitMaxSeconds = waits.Max,
            SlowdownMean = slowdowns.Mean,
            SlowdownP95 = slowdowns.Percentile(95),
            SlowdownMax = slowdowns.Max,
            CompletionMeanSeconds = completions.Mean,
            CompletionP50Seconds = completions.Percentile(50),
            CompletionP95Seconds = completions.Percentile(95),
            CompletionP99Seconds = completions.Percentile(99),
            Preemptions = outcomes.Sum(job => job.Preemptions),
            LostUnitSeconds = outcomes.Sum(job => job.Size * job.Lost),
            Fragmentation = run.Fragmentation,
            AllocationRate = run.AllocationRate,
            FinishTimeFairnessMean = fairness.Mean,
            FinishTimeFairnessMax = fairness.Max,
            FinishTimeUnfair = fairness.ShareAbove(FinishTimeFairness.UnfairAbove),
            JainIndex = run.Jain,
            DecisionsPerSecond = run.Decisions / Math.Max(wallSeconds, 1e-9),
            CycleP99Milliseconds = run.Passes.Percentile(99).TotalMilliseconds,
            WallSeconds = wallSeconds,
        };
    }
}
