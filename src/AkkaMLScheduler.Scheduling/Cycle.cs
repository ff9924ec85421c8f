using AkkaMLScheduler.Scheduling.Ordering;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling;

/// <summary>One scheduling cycle. What it starts is taken from the cluster while it runs, and given back when it is disposed.</summary>
internal sealed class Cycle(ClusterState cluster, IPendingQueue queue, Policies policies, DateTimeOffset now) : IDisposable
{
    private readonly List<StartDecision> _starts = [];
    private readonly List<PreemptDecision> _preempts = [];
    private readonly List<Unschedulable> _unschedulable = [];
    private readonly List<Reservation> _reservations = [];
    private readonly List<(NodeState Node, Resources Ask, int[] Gpus)> _taken = [];

    public ClusterState Cluster { get; } = cluster;

    public DateTimeOffset Now { get; } = now;

    public bool IsBefore(JobRequest a, JobRequest b) => policies.Order.IsBefore(a, b);

    /// <summary>
    /// 1. Take the pending jobs in order. 2. Step over those that cannot start whatever is free. 3. Start each gang that fits whole.
    /// 4. The first that does not fit is the head: it may preempt. 5. Backfill behind it. Nothing else is looked at.
    /// </summary>
    public Plan Run()
    {
        using var jobs = queue.InOrder(Cluster).GetEnumerator();
        while (jobs.MoveNext())
        {
            var job = jobs.Current;
            if (Reasons.NotConsidered(Cluster, job, Now) is { } reason)
            {
                Report(reason);
                continue;
            }

            if (TryStart(job)) continue;
            Preempt(job);
            policies.Backfill.Fill(this, job, jobs);
            break;
        }

        return new Plan(Now, _starts, _preempts, _unschedulable, _reservations);
    }

    /// <summary>Places the gang and counts it as started, or leaves everything as it was.</summary>
    public bool TryStart(PendingJob job)
    {
        var request = job.Request;
        var shape = job.Shape;
        var mark = _taken.Count;
        var placements = new Placement[request.Tasks];
        for (var rank = 0; rank < placements.Length; rank++)
        {
            if (policies.Placement.Choose(Cluster, shape) is not { } node)
            {
                GiveBack(mark);
                return false;
            }

            var gpus = Cluster.Take(node, shape.Ask);
            _taken.Add((node, shape.Ask, gpus));
            placements[rank] = new Placement(node.Name, node.Capacity.Incarnation, rank, gpus);
        }

        _starts.Add(new StartDecision(request.Job, request.Attempt, placements));
        return true;
    }

    public void Dispose() => GiveBack(0);

    private void Preempt(PendingJob head)
    {
        var victims = policies.Preemption.Victims(this, head);
        foreach (var victim in victims)
            _preempts.Add(new PreemptDecision(victim.Request.Job, victim.Request.Attempt, head.Request.Job));
        Report(Reasons.Blocked(Cluster, head, victims.Count));
    }

    private void Report(Unschedulable reason)
    {
        if (_unschedulable.Count < Plan.MaxUnschedulable) _unschedulable.Add(reason);
    }

    private void GiveBack(int mark)
    {
        for (var i = _taken.Count - 1; i >= mark; i--) Cluster.Give(_taken[i].Node, _taken[i].Ask, _taken[i].Gpus);
        _taken.RemoveRange(mark, _taken.Count - mark);
    }
}
