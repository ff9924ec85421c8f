using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>Jobs of one gang shape in order: they fit, or do not, together, so that a whole lane can be stepped over.</summary>
internal sealed class Lane(GangShape gang, IComparer<PendingJob> order)
{
    private readonly SortedSet<PendingJob> _jobs = new(order);

    public GangShape Gang { get; } = gang;

    public int Count => _jobs.Count;

    /// <summary>The first in order; null when empty.</summary>
    public PendingJob? Head { get; private set; }

    public void Add(PendingJob job)
    {
        _jobs.Add(job);
        Head = _jobs.Min;
    }

    public void Remove(PendingJob job)
    {
        _jobs.Remove(job);
        if (job == Head) Head = _jobs.Min;
    }

    public IEnumerator<PendingJob> GetEnumerator() => _jobs.GetEnumerator();
}
