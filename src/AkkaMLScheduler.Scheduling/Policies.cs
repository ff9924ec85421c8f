using AkkaMLScheduler.Scheduling.Backfilling;
using AkkaMLScheduler.Scheduling.Ordering;
using AkkaMLScheduler.Scheduling.Placing;
using AkkaMLScheduler.Scheduling.Preempting;

namespace AkkaMLScheduler.Scheduling;

/// <summary>The four choices of a <see cref="SchedulingPolicy"/>, found.</summary>
internal sealed record Policies(IJobOrder Order, IBackfill Backfill, INodeChoice Placement, IPreemption Preemption);
