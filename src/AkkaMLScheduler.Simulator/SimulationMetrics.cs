using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Simulator;

/// <summary>The figures of one run, over all jobs that ran. Percentiles interpolate linearly between the two nearest ranks.</summary>
public sealed record SimulationMetrics
{
    [JsonPropertyName("jobs")]
    public required int Jobs { get; init; }

    /// <summary>Jobs that ask for more than the whole cluster.</summary>
    [JsonPropertyName("jobs_never_ran")]
    public required int JobsNeverRan { get; init; }

    /// <summary>Lines of the trace that were skipped.</summary>
    [JsonPropertyName("malformed_lines")]
    public required int MalformedLines { get; init; }

    /// <summary>From the first submission to the last end.</summary>
    [JsonPropertyName("makespan_s")]
    public required long MakespanSeconds { get; init; }

    /// <summary>Σ size · run / (cluster size · makespan), 0..1.</summary>
    [JsonPropertyName("utilisation")]
    public required double Utilisation { get; init; }

    [JsonPropertyName("wait_mean_s")]
    public required double WaitMeanSeconds { get; init; }

    [JsonPropertyName("wait_p50_s")]
    public required double WaitP50Seconds { get; init; }

    [JsonPropertyName("wait_p95_s")]
    public required double WaitP95Seconds { get; init; }

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

    /// <summary>Starts per second of wall time.</summary>
    [JsonPropertyName("decisions_per_s")]
    public required double DecisionsPerSecond { get; init; }

    /// <summary>How long the replay took, without reading the trace.</summary>
    [JsonPropertyName("wall_s")]
    public required double WallSeconds { get; init; }

    internal static SimulationMetrics Of(
        Trace trace, SimulatedCluster cluster, IReadOnlyList<JobOutcome> outcomes, int neverRan, TimeSpan wall)
    {
        var waits = Distribution.Of(outcomes.Select(job => (double)job.Wait));
        var slowdowns = Distribution.Of(outcomes.Select(job => job.BoundedSlowdown));
        var makespan = outcomes.Count == 0 ? 0 : outcomes.Max(job => job.End) - outcomes.Min(job => job.Submit);
        var work = outcomes.Sum(job => (double)job.Size * job.Run);
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
            WaitMaxSeconds = waits.Max,
            SlowdownMean = slowdowns.Mean,
            SlowdownP95 = slowdowns.Percentile(95),
            SlowdownMax = slowdowns.Max,
            CompletionMeanSeconds = Distribution.Of(outcomes.Select(job => (double)(job.End - job.Submit))).Mean,
            DecisionsPerSecond = outcomes.Count / Math.Max(wall.TotalSeconds, 1e-9),
            WallSeconds = wall.TotalSeconds,
        };
    }
}
