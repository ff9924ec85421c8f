using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>
/// Weighted dominant resource fairness over the queue tree: the next job is that of the leaf reached from the root by going, at each
/// level, into the queue with the lowest share; equal ones by path. Within a leaf: higher priority first, with ageing.
/// </summary>
/// <remarks>
/// <para>
/// Ghodsi et al., "Dominant Resource Fairness", NSDI 2011: a share is the largest part that a queue uses of any resource of the cluster,
/// divided by its weight. Giving whole tasks to the lowest share in turn is their progressive filling.
/// </para>
/// <para>
/// A queue that has not used up its guarantee goes before those that have, the one with the smallest part of its guarantee first. Beyond
/// it, its share counts what is above the guarantee. So guarantees are filled first and the rest is divided by weight; what a queue
/// leaves of its guarantee others borrow.
/// </para>
/// <para>
/// The tree is H-DRF (Bhattacharya et al., "Hierarchical Scheduling for Diverse Datacenter Workloads", SoCC 2013). An inner queue is not
/// charged with the plain sum of its children, since one child that takes much of a resource nobody else wants would starve the
/// others: the usage of each is scaled down to the share of the lowest child that can still be served, and then added up. Children that
/// cannot be served, because the latest job of theirs that was tried did not start, or the next needs a resource of which nothing is
/// free, are neither scaled nor scaled to; and resources of which nothing is free do not count in an inner queue's share. Otherwise such
/// a child would hold its parent's share down while its sibling takes all of something else.
/// </para>
/// </remarks>
internal sealed class DominantResourceFairness(int ageingPerHour) : IJobOrder
{
    public bool QueuesPassEachOther => true;

    public IPendingQueue NewQueue(ClusterState cluster) => new FairQueue(cluster, new PriorityOrder(ageingPerHour));
}
