using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Preempting;

/// <summary>
/// A head may stop attempts of strictly lower priority: lowest priority first, then the least work lost since the last checkpoint, then
/// the latest started, then by job id. Those of them that turn out not to be needed are spared, the costliest first.
/// </summary>
/// <remarks>
/// It cannot loop. Let W be the vector, highest priority first, of how many jobs of each priority wait without a promise, or will because
/// they were asked to stop. A preemption for a head of priority p promises it room, which takes one from W at p, and adds only below p,
/// because every victim's priority is strictly lower: W falls in lexicographic order. A start never raises W. The promise is kept: a
/// promised job goes before all others, whatever the order, and blocks them until it starts. Vectors of naturals in lexicographic order
/// fall only finitely often, so without new jobs there are finitely many preemptions.
/// </remarks>
internal sealed class PriorityPreemption : IPreemption
{
    public IReadOnlyList<Allocation> Victims(Cycle cycle, PendingJob head)
    {
        if (cycle.Cluster.StoppingFor(head.Request.Job) > 0) return [];
        var candidates = cycle.Cluster.Allocations.Where(held => held.Request.Priority < head.Request.Priority).ToList();
        candidates.Sort((a, b) => CheapestFirst(a, b, cycle.Now));
        return VictimSearch.Find(cycle, head, candidates);
    }

    private static int CheapestFirst(Allocation a, Allocation b, DateTimeOffset now)
    {
        var order = a.Request.Priority.CompareTo(b.Request.Priority);
        if (order == 0) order = a.LostWork(now).CompareTo(b.LostWork(now));
        if (order == 0) order = b.StartedAt.CompareTo(a.StartedAt);
        return order != 0 ? order : string.CompareOrdinal(a.Request.Job, b.Request.Job);
    }
}
