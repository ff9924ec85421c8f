using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>How a trace is replayed.</summary>
/// <param name="Policy">Any registered names.</param>
/// <param name="Events">How events at the same instant are taken.</param>
/// <param name="Progress">Told the number of jobs that have ended, about once in a thousand.</param>
public sealed record SimulationSettings(SchedulingPolicy Policy, EventMode Events = EventMode.Batch, IProgress<int>? Progress = null)
{
    public const long DefaultCheckpointSeconds = 1_800;

    /// <summary>A job saves its work each time it has run so long; being stopped loses what came after. At least 1.</summary>
    public long CheckpointSeconds { get; init; } = DefaultCheckpointSeconds;
}
