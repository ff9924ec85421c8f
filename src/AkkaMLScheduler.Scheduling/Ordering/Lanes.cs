using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>
/// Jobs in one fixed order, kept in lanes by gang shape and read by merging those. A lane is opened when its head is reached, and left
/// as soon as its shape is known not to fit: with few shapes, a cycle over 100,000 blocked jobs looks at a handful.
/// </summary>
internal sealed class Lanes
{
    private readonly IComparer<PendingJob> _order;
    private readonly Dictionary<GangShape, Lane> _byGang = [];
    private readonly SortedSet<Lane> _byHead;

    public Lanes(IComparer<PendingJob> order)
    {
        _order = order;
        _byHead = new SortedSet<Lane>(Comparer<Lane>.Create((a, b) => order.Compare(a.Head, b.Head)));
    }

    public int Count { get; private set; }

    /// <summary>The first in order of all lanes; null when there is none.</summary>
    public PendingJob? Head => _byHead.Min?.Head;

    public void Add(PendingJob job)
    {
        if (!_byGang.TryGetValue(job.Gang, out var lane)) _byGang.Add(job.Gang, lane = new Lane(job.Gang, _order));
        if (lane.Count > 0 && _order.Compare(job, lane.Head) > 0)
        {
            lane.Add(job);
        }
        else
        {
            if (lane.Count > 0) _byHead.Remove(lane);
            lane.Add(job);
            _byHead.Add(lane);
        }

        Count++;
    }

    public void Remove(PendingJob job)
    {
        var lane = _byGang[job.Gang];
        if (job == lane.Head)
        {
            _byHead.Remove(lane);
            lane.Remove(job);
            if (lane.Count == 0)
                _byGang.Remove(job.Gang);
            else
                _byHead.Add(lane);
        }
        else
        {
            lane.Remove(job);
        }

        Count--;
    }

    /// <summary>All jobs in order, without those that <paramref name="skips"/> says need not be looked at by then.</summary>
    public IEnumerable<PendingJob> InOrder(Skips skips)
    {
        var opened = new PriorityQueue<IEnumerator<PendingJob>, PendingJob>(_order);
        using var unopened = _byHead.GetEnumerator();
        var more = unopened.MoveNext();
        while (more || opened.Count > 0)
        {
            IEnumerator<PendingJob> lane;
            if (more && (!opened.TryPeek(out _, out var next) || _order.Compare(unopened.Current.Head, next) < 0))
            {
                var found = unopened.Current;
                more = unopened.MoveNext();
                if (skips.Holds(found.Gang)) continue;
                lane = found.GetEnumerator();
                lane.MoveNext();
            }
            else
            {
                lane = opened.Dequeue();
                if (skips.Holds(lane.Current.Gang)) continue;
            }

            if (skips.LookAtAll || !skips.IsClosed(lane.Current.Queue)) yield return lane.Current;
            if (!skips.Holds(lane.Current.Gang) && lane.MoveNext()) opened.Enqueue(lane, lane.Current);
        }
    }
}
