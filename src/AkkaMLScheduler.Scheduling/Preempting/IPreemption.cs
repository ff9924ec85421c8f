using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Preempting;

/// <summary>Says who must give way to a head that cannot start.</summary>
internal interface IPreemption
{
    /// <summary>
    /// The running attempts to stop, so that the whole gang of <paramref name="head"/> fits once they, and those stopping already,
    /// have ended; empty when nobody needs to or may. Changes nothing.
    /// </summary>
    IReadOnlyList<Allocation> Victims(Cycle cycle, PendingJob head);
}
