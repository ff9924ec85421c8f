using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>
/// Jobs in one fixed order, kept in lanes by gang shape. The lanes stand in a heap by their heads, so that a head that goes costs a few
/// steps, and a reading that ends early opens few of them.
/// </summary>
internal sealed class Lanes
{
    private readonly Dictionary<GangShape, Lane> _byGang = [];
    private readonly List<(JobKey Head, Lane Lane)> _heap = [];

    /// <summary>The lane at a place of the heap, whose children are those at 2n+1 and 2n+2; null beyond the end.</summary>
    public Lane? At(int place) => place < _heap.Count ? _heap[place].Lane : null;

    public void Add(PendingJob job)
    {
        if (!_byGang.TryGetValue(job.Gang, out var lane))
        {
            _byGang.Add(job.Gang, lane = new Lane(job.Gang) { Place = _heap.Count });
            _heap.Add((job.Key, lane));
        }

        lane.Add(OrderedJob.Of(job));
        if (lane.Head.Job == job) Rise(job.Key, lane);
    }

    public void Remove(PendingJob job)
    {
        var lane = _byGang[job.Gang];
        lane.Remove(OrderedJob.Of(job));
        if (lane.IsEmpty)
        {
            _byGang.Remove(job.Gang);
            var (head, last) = _heap[^1];
            _heap.RemoveAt(_heap.Count - 1);
            if (last == lane) return;
            last.Place = lane.Place;
            Rise(head, last);
            Sink(head, last);
        }
        else if (_heap[lane.Place].Head.IsBefore(lane.Head.Key))
        {
            Sink(lane.Head.Key, lane);
        }
    }

    private void Rise(in JobKey head, Lane lane)
    {
        var at = lane.Place;
        for (; at > 0 && head.IsBefore(_heap[(at - 1) / 2].Head); at = (at - 1) / 2) Put(_heap[(at - 1) / 2], at);
        Put((head, lane), at);
    }

    private void Sink(in JobKey head, Lane lane)
    {
        var at = lane.Place;
        while (2 * at + 1 is var child && child < _heap.Count)
        {
            if (child + 1 < _heap.Count && _heap[child + 1].Head.IsBefore(_heap[child].Head)) child++;
            if (!_heap[child].Head.IsBefore(head)) break;
            Put(_heap[child], at);
            at = child;
        }

        Put((head, lane), at);
    }

    private void Put(in (JobKey Head, Lane Lane) entry, int place)
    {
        _heap[place] = entry;
        entry.Lane.Place = place;
    }
}
