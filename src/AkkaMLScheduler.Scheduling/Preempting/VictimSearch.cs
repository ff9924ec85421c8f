using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Preempting;

/// <summary>Chooses the fewest victims it can among candidates that come cheapest first.</summary>
internal static class VictimSearch
{
    /// <summary>
    /// Takes candidates until the head fits once they, and those stopping already, have ended; then spares those that turn out not to be
    /// needed, the costliest first. Empty when nobody needs to stop, or all together would not be enough.
    /// </summary>
    /// <param name="cycle">What runs, and who leaves already.</param>
    /// <param name="head">Who cannot start.</param>
    /// <param name="candidates">Those that may be stopped, cheapest first.</param>
    /// <param name="mayStop">Asked again for each just before it is taken, as what was taken before may matter; and told so.</param>
    public static IReadOnlyList<Allocation> Find(
        Cycle cycle, PendingJob head, IEnumerable<Allocation> candidates, Func<Allocation, bool>? mayStop = null)
    {
        // One round at a time: until those asked to stop for this head have ended, nobody else is.
        if (cycle.Cluster.StoppingFor(head.Request.Job) > 0) return [];
        var room = new FreedRoom(cycle.Cluster, head);
        foreach (var leaving in cycle.Leaving) room.Free(leaving);
        if (room.IsEnough) return [];
        var victims = new List<Allocation>();
        foreach (var candidate in candidates)
        {
            if (cycle.Leaving.Contains(candidate) || !room.Helps(candidate) || (mayStop is not null && !mayStop(candidate))) continue;
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
}
