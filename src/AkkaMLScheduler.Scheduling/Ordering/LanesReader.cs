using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>
/// Reads lanes in order by merging them. A lane is opened when its head is reached, and left as soon as its shape is known not to fit:
/// with few shapes, a cycle over 100,000 blocked jobs looks at a handful. The lanes must not change while they are read.
/// </summary>
internal sealed class LanesReader
{
    private readonly Lanes _lanes;

    /// <summary>Opened lanes by their next job, and unopened ones by their head whose parent in the heap of lanes is opened.</summary>
    private readonly PriorityQueue<Cursor, JobKey> _next = new();

    public LanesReader(Lanes lanes)
    {
        _lanes = lanes;
        Enter(0);
    }

    /// <param name="Lane">What is read.</param>
    /// <param name="Place">The next job; null in a lane that is not opened.</param>
    private readonly record struct Cursor(Lane Lane, (int Block, int At)? Place);

    /// <summary>All jobs in order, without those that <paramref name="skips"/> says need not be looked at by then.</summary>
    public IEnumerable<PendingJob> Read(Skips skips)
    {
        while (_next.TryPeek(out var cursor, out _))
        {
            if (cursor.Place is not { } at)
            {
                // Its children come after it, so it stays on top.
                Enter(2 * cursor.Lane.Place + 1);
                Enter(2 * cursor.Lane.Place + 2);
                GoOn(cursor.Lane, (0, 0), skips);
                continue;
            }

            var job = cursor.Lane[at].Job;
            if (!skips.Holds(cursor.Lane.Gang) && !skips.IsTooLong(cursor.Lane[at].Gang, cursor.Lane[at].LengthTicks)
                && (skips.LookAtAll || !skips.IsClosed(job.Queue)))
                yield return job;
            GoOn(cursor.Lane, (at.Block, at.At + 1), skips);
        }
    }

    /// <summary>Moves the lane on top to its next job from this place on.</summary>
    private void GoOn(Lane lane, (int Block, int At) from, Skips skips)
    {
        if (!skips.Holds(lane.Gang) && lane.Next(from, skips.LongestTicks(lane.Gang)) is { } next)
            _next.DequeueEnqueue(new Cursor(lane, next), lane[next].Key);
        else
            _next.Dequeue();
    }

    private void Enter(int place)
    {
        if (_lanes.At(place) is { } lane) _next.Enqueue(new Cursor(lane, null), lane.Head.Key);
    }
}
