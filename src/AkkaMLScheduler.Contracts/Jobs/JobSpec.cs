using System.Text.Json;
using AkkaMLScheduler.Contracts.Wire;

namespace AkkaMLScheduler.Contracts;

/// <summary>What a user asks for: how many tasks, what each needs, what each runs, and what to do when it fails.</summary>
/// <param name="Name">A label for people; need not be unique.</param>
/// <param name="Priority">Higher goes first and may preempt lower; 0 is ordinary.</param>
/// <param name="Tasks">Ranks of the gang; all are placed together or none.</param>
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
        },
        ContractsJson.Default.JobSpec);
}

/// <summary>What one task needs: CPU in thousandths of a core, memory in bytes, whole GPUs.</summary>
public sealed record ResourceSpec(long MilliCpu, long MemoryBytes, int Gpus);

/// <summary>The workload's type and its own parameters, which the workload checks.</summary>
public sealed record RunSpec(string Type, IReadOnlyDictionary<string, string> With);

/// <summary>Every how many steps a task saves a checkpoint, and how many of the newest it keeps.</summary>
public sealed record CheckpointSpec(long Every, int Keep);

/// <summary>
/// How often a job that failed by itself is tried again, and how long it waits: <c>Backoff * 2^(failures - 1)</c>, at most
/// <c>MaxBackoff</c>. Attempts lost with their node or preempted do not count.
/// </summary>
public sealed record RetrySpec(int Max, TimeSpan Backoff, TimeSpan MaxBackoff)
{
    public TimeSpan DelayAfter(int failures)
    {
        var factor = Math.Pow(2, Math.Min(failures - 1, 30));
        return TimeSpan.FromTicks((long)Math.Min(Backoff.Ticks * factor, MaxBackoff.Ticks));
    }
}
