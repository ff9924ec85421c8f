using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Preempting;

/// <summary>Whatever runs keeps running.</summary>
internal sealed class NoPreemption : IPreemption
{
    public IReadOnlyList<Allocation> Victims(Cycle cycle, PendingJob head) => [];
}
