using AkkaMLScheduler.Scheduling.Placing;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>
/// What fragmentation is measured against: as told, or else learned from the tasks that come. The learned table is renewed each time as
/// many tasks have come as when it was last renewed, so that what was computed from it is rarely thrown away.
/// </summary>
internal sealed class TypicalTasks
{
    /// <summary>When as many shapes were seen as are remembered, the rarer half is forgotten.</summary>
    private const int Kept = TypicalTask.MaxShapes / 2;

    private readonly Dictionary<Resources, long> _seen = [];
    private long _tasksSeen;
    private long _renewAt = 1;

    /// <summary>Empty: learned.</summary>
    public IReadOnlyList<TypicalTask> Told { get; private set; } = [];

    /// <summary>What was counted up to the latest renewal, by shape.</summary>
    public IReadOnlyList<TaskCount> Learned { get; private set; } = [];

    /// <summary>What was counted so far, by shape.</summary>
    public IReadOnlyList<TaskCount> Seen => [.. _seen.Select(one => new TaskCount(one.Key, one.Value)).Order(ByAsk)];

    /// <summary>Another object whenever the table in force has changed.</summary>
    public FragmentationMeasure Measure { get; private set; } = FragmentationMeasure.Nothing;

    private static Comparer<TaskCount> ByAsk { get; } = Comparer<TaskCount>.Create((a, b) =>
    {
        var byGpu = a.Ask.MilliGpu.CompareTo(b.Ask.MilliGpu);
        return byGpu != 0 ? byGpu : a.Ask.MilliCpu.CompareTo(b.Ask.MilliCpu);
    });

    public void Tell(IReadOnlyList<TypicalTask> tasks)
    {
        Told = [.. tasks];
        Renew();
    }

    /// <summary>Counts tasks that have come.</summary>
    public void Count(Resources ask, int tasks)
    {
        var shape = ask with { MemoryBytes = 0 };
        if (_seen.TryGetValue(shape, out var before))
        {
            _seen[shape] = before + tasks;
        }
        else
        {
            if (_seen.Count >= TypicalTask.MaxShapes) ForgetRareOnes();
            _seen.Add(shape, tasks);
        }

        _tasksSeen += tasks;
        if (_tasksSeen < _renewAt) return;
        Learned = Seen;
        _renewAt = 2 * _tasksSeen;
        if (Told.Count == 0) Renew();
    }

    /// <summary>Goes on where another left off.</summary>
    public void Import(IReadOnlyList<TypicalTask> told, IReadOnlyList<TaskCount> seen, IReadOnlyList<TaskCount> learned)
    {
        foreach (var (ask, tasks) in seen)
        {
            _seen.Add(ask, tasks);
            _tasksSeen += tasks;
        }

        Learned = [.. learned];
        _renewAt = Math.Max(1, 2 * learned.Sum(one => one.Tasks));
        Tell(told);
    }

    private void Renew() => Measure = Told.Count > 0 ? FragmentationMeasure.Of(Told) : FragmentationMeasure.Of(Learned);

    private void ForgetRareOnes()
    {
        foreach (var rare in Seen.OrderByDescending(one => one.Tasks).Skip(Kept).ToList())
        {
            _seen.Remove(rare.Ask);
            _tasksSeen -= rare.Tasks;
        }
    }
}
