using Akka.Cluster;

namespace AkkaMLScheduler.Cluster.Workers;

/// <summary>
/// Whether this member stands on the side that split-brain resolution keeps, as far as it can see: with most of the schedulers, or with
/// half of them and the one of the lowest address among these. The same rule as <c>keep-majority</c> with the role scheduler.
/// </summary>
public static class MajorityWatch
{
    public static bool IsWithMajority(ClusterEvent.CurrentClusterState state)
    {
        var schedulers = state.Members
            .Where(member => member.HasRole(ClusterRoles.Scheduler) && member.Status is MemberStatus.Up or MemberStatus.Leaving)
            .OrderBy(member => member.Address, Member.AddressOrdering)
            .ToList();
        if (schedulers.Count == 0) return false;
        var seen = schedulers.Count(member => !state.Unreachable.Contains(member));
        return seen * 2 > schedulers.Count || (seen * 2 == schedulers.Count && !state.Unreachable.Contains(schedulers[0]));
    }
}
