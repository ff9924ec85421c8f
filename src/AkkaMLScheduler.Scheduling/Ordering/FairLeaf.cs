using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>The jobs that wait in one queue, and how far a cycle has read them.</summary>
internal sealed class FairLeaf(IComparer<PendingJob> order)
{
    private IEnumerator<PendingJob>? _cursor;

    public Lanes Lanes { get; } = new(order);

    /// <summary>The job to be tried next; null when none is left in this cycle.</summary>
    public PendingJob? Next { get; private set; }

    /// <summary>The latest job that was tried did not start.</summary>
    public bool HasFailed { get; set; }

    public void Begin(Skips skips)
    {
        _cursor = null;
        HasFailed = false;
        Next = Lanes.Head;
        if (Next is { } head && (head.Promised || skips.Holds(head.Gang))) Advance(skips);
    }

    /// <summary>Goes on to the next job that need be looked at.</summary>
    public void Advance(Skips skips)
    {
        // Most leaves of a full cluster are closed after their head, which needs no cursor.
        var read = Next;
        _cursor ??= Lanes.InOrder(skips).GetEnumerator();
        while (_cursor.MoveNext())
        {
            if (_cursor.Current == read || _cursor.Current.Promised) continue;
            Next = _cursor.Current;
            return;
        }

        Close();
    }

    /// <summary>Nothing more of it is read in this cycle.</summary>
    public void Close() => Next = null;
}
