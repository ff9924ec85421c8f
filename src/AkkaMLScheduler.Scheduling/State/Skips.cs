namespace AkkaMLScheduler.Scheduling.State;

/// <summary>What the rest of a cycle need not look at. Room only shrinks within one, so what did not fit once will not fit later.</summary>
/// <param name="cycle">The cycle's number, under which shapes and queues note what is skipped.</param>
internal sealed class Skips(long cycle)
{
    private bool _areQueuesClosed;
    private long _longestTicks = long.MaxValue;

    /// <summary>Set when every job's reason is wanted: then nothing is skipped unseen.</summary>
    public bool LookAtAll { get; init; }

    /// <summary>
    /// Set when the order is read ahead of the decisions: an order that depends on what is in use then counts each job as started once it
    /// was read, unless it was left out.
    /// </summary>
    public bool ReadsAhead { get; init; }

    /// <summary>The latest job read that cannot start, whatever is free.</summary>
    public PendingJob? LeftOut { get; set; }

    /// <summary>The shapes that are held, those without a bit left out.</summary>
    public ulong Held { get; private set; }

    /// <summary>The same, with those whose jobs were all looked at or are too long.</summary>
    public ulong Done { get; private set; }

    public void Skip(GangShape gang)
    {
        gang.SkippedIn = cycle;
        if (LookAtAll) return;
        Held |= gang.Bit;
        Done |= gang.Bit;
    }

    /// <summary>No job of this shape that is short enough is left.</summary>
    public void Finish(GangShape gang) => Done |= gang.Bit;

    public bool Holds(GangShape gang) => !LookAtAll && gang.SkippedIn == cycle;

    /// <summary>From now on only jobs of this shape that are no longer than this need be looked at. The length is one for the whole cycle.</summary>
    public void SkipLonger(GangShape gang, TimeSpan longest)
    {
        gang.ShortOnlyIn = cycle;
        _longestTicks = longest.Ticks;
    }

    /// <summary>True when jobs of this shape longer than a certain length are skipped.</summary>
    public bool IsShortOnly(GangShape gang) => gang.ShortOnlyIn == cycle;

    /// <summary>How long a job of this shape may be to be looked at, in ticks.</summary>
    public long LongestTicks(GangShape gang) => LookAtAll || gang.ShortOnlyIn != cycle ? long.MaxValue : _longestTicks;

    /// <summary>True when a job of this shape and length need not be looked at for its length.</summary>
    public bool IsTooLong(GangShape gang, long lengthTicks) => gang.ShortOnlyIn == cycle && !LookAtAll && lengthTicks > _longestTicks;

    /// <summary>No further job of this queue, or of one below it, is to be started; those that are not looked at have this reason.</summary>
    public void Close(QueueNode queue, PendingReason reason, string text)
    {
        _areQueuesClosed = true;
        if (queue.ClosedIn == cycle) return;
        queue.ClosedIn = cycle;
        queue.WhyClosed = (reason, text);
    }

    public bool IsClosed(QueueNode queue) => Closing(queue) is not null;

    /// <summary>Why nothing of this queue is to be started any more; null when it is open.</summary>
    public (PendingReason Reason, string Text)? Closing(QueueNode queue)
    {
        if (!_areQueuesClosed) return null;
        for (var node = queue; node is not null; node = node.Parent)
            if (node.ClosedIn == cycle)
                return node.WhyClosed;
        return null;
    }
}
