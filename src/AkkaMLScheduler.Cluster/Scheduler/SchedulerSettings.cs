using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>The section <c>amls.scheduler</c> of <c>hocon/amls.conf</c>, where each is explained.</summary>
public sealed record SchedulerSettings(SchedulingPolicy Policy, TimeSpan RecoveryGrace, TimeSpan RepeatInterval, int SnapshotEvery)
{
    /// <summary>The share tree; queues that are not in it have weight 1, no guarantee and no quota.</summary>
    public IReadOnlyList<QueueSpec> Queues { get; init; } = [];
}
