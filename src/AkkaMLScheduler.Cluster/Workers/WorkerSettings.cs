using System.Net;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Cluster.Workers;

/// <summary>What a worker node offers and where its tasks keep their files.</summary>
/// <param name="Node">The node's name: stable over restarts, unique in the cluster.</param>
/// <param name="Capacity">What the scheduler may give away here; GPU slots are numbered from 0.</param>
/// <param name="Address">Where the ranks of a gang listen for each other.</param>
/// <param name="Files">Must be the same storage on every worker, or a task cannot resume on another node.</param>
public sealed record WorkerSettings(
    string Node, ResourceSpec Capacity, IReadOnlyDictionary<string, string> Labels, IPAddress Address, TaskFiles Files)
{
    public ProcessSettings Processes { get; init; } = ProcessSettings.Forbidden;

    /// <summary>What the log of one task may take on disk.</summary>
    public long MaxLogBytes { get; init; } = DefaultMaxLogBytes;

    /// <summary>The driver's index of the GPU in each slot; empty where slots are pretended, which then are their own indices.</summary>
    public IReadOnlyList<int> GpuDevices { get; init; } = [];

    public const long DefaultMaxLogBytes = 64L << 20;
}

/// <summary>Where the files of tasks lie under one root.</summary>
public sealed record TaskFiles(string Root)
{
    public string Checkpoints(JobId job, int attempt, int rank) =>
        Path.Combine(Root, "checkpoints", job.Value, $"attempt-{attempt}", $"rank-{rank}");

    /// <summary>A folder for a task's own files, kept as it leaves it.</summary>
    public string Scratch(JobId job, int attempt, int rank) =>
        Path.Combine(Root, "scratch", job.Value, $"attempt-{attempt}", $"rank-{rank}");

    /// <summary>The first segment of the log; <see cref="SegmentedLog.Segments"/> has all.</summary>
    public string Log(JobId job, int attempt, int rank) => Path.Combine(Root, "logs", job.Value, $"attempt-{attempt}", $"rank-{rank}.log");
}
