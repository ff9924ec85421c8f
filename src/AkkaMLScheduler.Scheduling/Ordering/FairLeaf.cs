using System.Numerics;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>The jobs that wait in one queue, in order, and how far a cycle has read them.</summary>
internal sealed class FairLeaf
{
    private readonly SortedBlocks<OrderedJob> _jobs = new();
    private readonly int[] _jobsByBit = new int[64];
    private int _jobsWithoutBit;
    private ulong _shapes;
    private int _block;
    private int _at;

    public bool IsEmpty => _jobs.IsEmpty;

    /// <summary>The job to be tried next; null when none is left in this cycle.</summary>
    public PendingJob? Next { get; private set; }

    /// <summary>The latest job that was tried did not start.</summary>
    public bool HasFailed { get; set; }

    public void Add(PendingJob job)
    {
        _jobs.Add(OrderedJob.Of(job));
        Count(job.Gang.Bit, 1);
    }

    public void Remove(PendingJob job)
    {
        _jobs.Remove(OrderedJob.Of(job));
        Count(job.Gang.Bit, -1);
    }

    public void Begin(Skips skips)
    {
        HasFailed = false;
        (_block, _at) = (0, -1);
        Advance(skips);
        // That its queue is closed already is found out at its turn, or when its first job is passed over.
        if (Next is { } next && (_block, _at) != (0, 0) && !skips.LookAtAll && skips.IsClosed(next.Queue)) Close();
    }

    /// <summary>
    /// Goes on to the next job that need be looked at. One that is too long counts as tried in vain, which makes a difference only after
    /// one that started; otherwise it is passed over.
    /// </summary>
    public void Advance(Skips skips)
    {
        // All that are left, of whatever place, may be known to be passed over without a look at any.
        var done = HasFailed ? skips.Done : skips.Held;
        if (_jobsWithoutBit == 0 && (_shapes & ~done) == 0)
        {
            Close();
            return;
        }

        for (_at++; _block < _jobs.Blocks; _block++, _at = 0)
        {
            var jobs = _jobs[_block];
            for (; _at < jobs.Length; _at++)
            {
                ref readonly var job = ref jobs[_at];
                if (skips.Holds(job.Gang) || (HasFailed && skips.IsTooLong(job.Gang, job.LengthTicks)) || job.Job.Promised) continue;
                Next = job.Job;
                return;
            }
        }

        Close();
    }

    /// <summary>Nothing more of it is read in this cycle.</summary>
    public void Close() => Next = null;

    private void Count(ulong bit, int by)
    {
        if (bit == 0)
        {
            _jobsWithoutBit += by;
            return;
        }

        ref var jobs = ref _jobsByBit[BitOperations.TrailingZeroCount(bit)];
        jobs += by;
        _shapes = jobs == 0 ? _shapes & ~bit : _shapes | bit;
    }
}
