using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Preempting;

/// <summary>
/// A head may stop attempts of other queues that have more than their share, see <see cref="FairBalance"/>: the least work lost since
/// the last checkpoint first, then the latest started, then by job id. Those of them that turn out not to be needed are spared, the
/// costliest first. A job that was stopped <see cref="JobRequest.MostFairSharePreemptions"/> times is left alone.
/// </summary>
/// <remarks>
/// <para>
/// It cannot loop. Whoever queues a stopped job again adds one to its <see cref="JobRequest.Preemptions"/>. Let P be the sum, over all jobs
/// that wait or run, of how often each may still be stopped: max(0, most − preemptions). A victim has less than the most, so each
/// preemption lowers P by one when its victim has stopped, and until then the victim cannot be chosen again. Nothing else raises P but new
/// jobs. P is a natural number, at most <see cref="JobRequest.MostFairSharePreemptions"/> times the number of jobs: without new jobs there
/// are at most that many preemptions, whatever the order, the tree or the guarantees.
/// </para>
/// <para>
/// That bound is seldom reached, for it also does not swap sides. Take the model of Ghodsi et al.: queues without children and
/// guarantees, the jobs of each alike. List the shares in ascending order. A head that preempts raises its queue's share from a to b, and
/// each queue that gives keeps at least b once all its victims are gone. So one entry a is replaced by a larger one, entries that fall
/// stay above a, and the list rises in lexicographic order; starts in between raise it too. The room is kept for the head, as a promised
/// job goes before all others. With finitely many jobs there are finitely many lists, so that between two ends of jobs preemption is over
/// even without the count; the argument is for all victims of a preemption together, not only pairwise. It does not carry over to queues
/// with jobs of several kinds, as one that asks for what its queue has little of may leave a = b, nor to trees, as a victim in the head's
/// own branch may take more from that branch than the head gives it. There the count alone is the proof.
/// </para>
/// </remarks>
internal sealed class FairSharePreemption : IPreemption
{
    private readonly List<Allocation> _cheapestFirst = [];
    private Cycle? _listed;

    public IReadOnlyList<Allocation> Victims(Cycle cycle, PendingJob head)
    {
        if (cycle.Cluster.StoppingFor(head.Request.Job) > 0) return [];
        var balance = new FairBalance(cycle, head);
        return balance.AnyMayGive() ? VictimSearch.Find(cycle, head, CheapestFirst(cycle), balance.TryStop) : [];
    }

    /// <summary>Sorted once in a cycle, as several heads may ask; nothing that runs at its begin changes in it.</summary>
    private List<Allocation> CheapestFirst(Cycle cycle)
    {
        if (_listed == cycle) return _cheapestFirst;
        _listed = cycle;
        _cheapestFirst.Clear();
        foreach (var held in cycle.Cluster.Allocations)
            if (!held.Stopping && held.Request.Preemptions < JobRequest.MostFairSharePreemptions)
                _cheapestFirst.Add(held);
        _cheapestFirst.Sort((a, b) => CheapestFirst(a, b, cycle.Now));
        return _cheapestFirst;
    }

    private static int CheapestFirst(Allocation a, Allocation b, DateTimeOffset now)
    {
        var order = a.LostWork(now).CompareTo(b.LostWork(now));
        if (order == 0) order = b.StartedAt.CompareTo(a.StartedAt);
        return order != 0 ? order : string.CompareOrdinal(a.Request.Job, b.Request.Job);
    }
}
