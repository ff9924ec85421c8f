namespace AkkaMLScheduler.Scheduling.Preempting;
internal sealed class FairSharePreemption : IPreemption
{
    public IReadOnlyList<State.Allocation> Victims(Cycle cycle, State.PendingJob head) => [];
}
