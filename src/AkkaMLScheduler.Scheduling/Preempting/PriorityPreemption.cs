using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Preempting;

/// <summary>
/// A head may stop attempts of strictly lower priority that the order also puts behind it: lowest priority first, then the least lost
/// work, then the latest started, then by job id. Those of them that turn out not to be needed are spared, the costliest first.
/// </summary>
/// <remarks>
/// It cannot loop. Let W be the vector, highest priority first, of how many jobs of each priority wait without a promise (a job has a
/// promise while others stop for it). A preemption for a head of priority p takes one from W at p and adds only below p, because every
/// victim's priority is strictly lower: W falls in lexicographic order. A start never raises W. The promise is kept: the freed place
/// goes to the first in the order, and the victims, once queued again, are behind the head in it (that is why the order is asked too,
/// and not the priority alone: under <c>fifo</c> an older victim would take its place straight back). Vectors of naturals in
/// lexicographic order fall only finitely often, so without new jobs there are finitely many preemptions.
/// </remarks>
internal sealed class PriorityPreemption : IPreemption
{
    public IReadOnlyList<Allocation> Victims(Cycle cycle, PendingJob head)
    {
        // One round at a time: until those asked to stop for this head have ended, nobody else is.
        if (cycle.Cluster.StoppingFor(head.Request.Job) > 0) return [];
        var candidates = new List<Allocation>();
        var room = new FreedRoom(cycle.Cluster, head);
        foreach (var held in cycle.Cluster.Allocations)
        {
            if (held.Beneficiary is not null)
                room.Free(held);
            else if (held.Request.Priority < head.Request.Priority && cycle.IsBefore(head.Request, held.Request))
                candidates.Add(held);
        }

        if (room.IsEnough) return [];
        candidates.Sort(CheapestFirst);
        var victims = new List<Allocation>();
        foreach (var candidate in candidates)
        {
            if (!room.Helps(candidate)) continue;
            victims.Add(candidate);
            room.Free(candidate);
            if (room.IsEnough) return Spare(victims, room);
        }

        return [];
    }

    private static List<Allocation> Spare(List<Allocation> victims, FreedRoom room)
    {
        for (var i = victims.Count - 1; i >= 0; i--)
        {
            room.Hold(victims[i]);
            if (room.IsEnough)
                victims.RemoveAt(i);
            else
                room.Free(victims[i]);
        }

        return victims;
    }

    private static int CheapestFirst(Allocation a, Allocation b)
    {
        var order = a.Request.Priority.CompareTo(b.Request.Priority);
        if (order == 0) order = a.Request.PreemptionCost.CompareTo(b.Request.PreemptionCost);
        if (order == 0) order = b.StartedAt.CompareTo(a.StartedAt);
        return order != 0 ? order : string.CompareOrdinal(a.Request.Job, b.Request.Job);
    }
}
