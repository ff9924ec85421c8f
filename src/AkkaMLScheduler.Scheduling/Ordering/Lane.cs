using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>Jobs of one gang shape in order: they fit, or do not, together, so that a whole lane can be stepped over.</summary>
internal sealed class Lane(GangShape gang)
{
    private readonly SortedBlocks<OrderedJob> _jobs = new();

    public GangShape Gang { get; } = gang;

    public bool IsEmpty => _jobs.IsEmpty;

    /// <summary>The first in order; there must be one.</summary>
    public ref readonly OrderedJob Head => ref _jobs.First;

    /// <summary>Where <see cref="Lanes"/> keeps it.</summary>
    public int Place { get; set; }

    public OrderedJob this[(int Block, int At) place] => _jobs[place.Block][place.At];

    public void Add(in OrderedJob job) => _jobs.Add(job);

    public void Remove(in OrderedJob job) => _jobs.Remove(job);

    /// <summary>The place of the first job from <paramref name="from"/> on that is no longer than so much; null when there is none.</summary>
    public (int Block, int At)? Next((int Block, int At) from, long longestTicks)
    {
        var (block, at) = from;
        for (; block < _jobs.Blocks; block++, at = 0)
        {
            var jobs = _jobs[block];
            for (; at < jobs.Length; at++)
                if (jobs[at].LengthTicks <= longestTicks)
                    return (block, at);
        }

        return null;
    }
}
