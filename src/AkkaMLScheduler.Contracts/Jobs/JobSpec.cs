using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AkkaMLScheduler.Contracts.Wire;

namespace AkkaMLScheduler.Contracts;

/// <summary>What a user asks for: how many tasks, what each needs, what each runs, and what to do when it fails.</summary>
/// <param name="Name">A label for people; need not be unique.</param>
/// <param name="Priority">Higher goes first and may preempt lower; 0 is ordinary.</param>
/// <param name="Tasks">Ranks of the gang, all placed together or none; the most of them where <see cref="MinTasks"/> is set.</param>
/// <param name="Resources">What each task needs.</param>
/// <param name="Run">What each task runs.</param>
/// <param name="Inputs">Datasets read, as <c>name</c>, <c>name@version</c> or <c>name@tag</c>; pinned to a version when the job is accepted.</param>
public sealed record JobSpec(
    string Name,
    int Priority,
    int Tasks,
    ResourceSpec Resources,
    RunSpec Run,
    IReadOnlyList<string> Inputs,
    RetrySpec Retry,
    CheckpointSpec Checkpoint,
    IReadOnlyDictionary<string, string> Labels)
{
    public const int MaxTasks = 1024;

    public const int MaxDependencies = 100;

    /// <summary>An attempt starts with as many tasks as there is room for, from this many up to <see cref="Tasks"/>. Null: with all.</summary>
    public int? MinTasks { get; init; }

    /// <summary>The leaf of the share tree it is charged to, as a path such as <c>research/vision</c>. Null: <see cref="DefaultQueue"/>.</summary>
    public string? Queue { get; init; }

    /// <summary>How long an attempt is expected to run; what backfilling and expected starts go by. Null: <see cref="TimeLimit"/>, else unknown.</summary>
    public TimeSpan? Estimate { get; init; }

    /// <summary>An attempt that runs for longer is stopped, and the job has failed. Null: no limit.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Jobs that must be over first. Null: none.</summary>
    public IReadOnlyList<DependencySpec>? After { get; init; }

    /// <summary>Addresses that are told by HTTP POST when the job has ended. Null: none.</summary>
    public IReadOnlyList<string>? Notify { get; init; }

    public const int MaxNotify = 5;

    /// <summary>The job waits, from its submission on, until it is resumed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Hold { get; init; }

    /// <summary>Labels that a node must carry; a value may list alternatives with <c>|</c>. Null: any node.</summary>
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Where jobs go that name no queue.</summary>
    public const string DefaultQueue = "default";

    /// <summary>Bytes of a spec on the wire; it travels whole in several messages, whose size the transport limits.</summary>
    public const int MaxWireBytes = 64 * 1024;

    public int WireLength() => Wire().Length;

    /// <summary>Whether both ask for the same; records compare their lists by reference, the wire format compares what they hold.</summary>
    public bool SameAs(JobSpec other) => Wire().AsSpan().SequenceEqual(other.Wire());

    private byte[] Wire() => JsonSerializer.SerializeToUtf8Bytes(
        this with
        {
            Run = Run with { With = new SortedDictionary<string, string>(Run.With.ToDictionary(), StringComparer.Ordinal) },
            Labels = new SortedDictionary<string, string>(Labels.ToDictionary(), StringComparer.Ordinal),
            NodeSelector = NodeSelector is null ? null : new SortedDictionary<string, string>(NodeSelector.ToDictionary(), StringComparer.Ordinal),
        },
        ContractsJson.Default.JobSpec);
}

/// <summary>What one task needs: CPU in thousandths of a core, memory in bytes, whole GPUs.</summary>
public sealed record ResourceSpec(long MilliCpu, long MemoryBytes, int Gpus);

/// <summary>The workload's type and its own parameters, which the workload checks.</summary>
public sealed record RunSpec(string Type, IReadOnlyDictionary<string, string> With);

/// <summary>A job that must be over before another may start.</summary>
/// <param name="Job">Its id.</param>
/// <param name="Any">True: over with whatever outcome. False: succeeded.</param>
public sealed record DependencySpec(JobId Job, bool Any);

/// <summary>Every how many steps a task saves a checkpoint, and how many of the newest it keeps.</summary>
public sealed record CheckpointSpec(long Every, int Keep)
{
    /// <summary>What the best checkpoint, which is kept too, is best in: <c>min loss</c> or <c>max accuracy</c>. Null: none is.</summary>
    public string? Best { get; init; }

    /// <summary>Whether it is written as above.</summary>
    public static bool IsRule(string text) => text.Split(' ') is ["min" or "max", { Length: > 0 }];

    /// <summary>Whether one checkpoint is better than another by its metrics. One that does not have the metric never is; of equals the earlier stays.</summary>
    /// <param name="than">Null: there is no other yet.</param>
    public bool IsBetter(IReadOnlyDictionary<string, double> metrics, IReadOnlyDictionary<string, double>? than)
    {
        if (Best?.Split(' ') is not [var way, var name] || !metrics.TryGetValue(name, out var value) || double.IsNaN(value)) return false;
        return than is null || (way == "min" ? value < than[name] : value > than[name]);
    }
}

/// <summary>
/// How often a job that failed by itself is tried again, and how long it waits: <c>Backoff * 2^(failures - 1)</c>, at most
/// <c>MaxBackoff</c>, and up to a quarter more, so that jobs that failed together do not come back together. Attempts lost with their
/// node or preempted do not count.
/// </summary>
public sealed record RetrySpec(int Max, TimeSpan Backoff, TimeSpan MaxBackoff)
{
    /// <summary>What is added at most, as a part of the wait.</summary>
    public const double MaxJitter = 0.25;

    /// <param name="job">With the count, the seed of what is added: the same job waits equally long on whatever machine decides it.</param>
    /// <param name="failures">From 1.</param>
    public TimeSpan DelayAfter(JobId job, int failures)
    {
        var wait = Math.Min(Backoff.Ticks * Math.Pow(2, Math.Min(failures - 1, 30)), MaxBackoff.Ticks);
        return TimeSpan.FromTicks((long)(wait * (1 + (MaxJitter * Fraction(string.Create(CultureInfo.InvariantCulture, $"{job}.{failures}"))))));
    }

    /// <summary>From 0 to just under 1 (FNV-1a, so that it is the same for ever).</summary>
    private static double Fraction(string seed)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in seed) hash = (hash ^ c) * 1099511628211UL;
        return (hash >> 11) / (double)(1UL << 53);
    }
}
