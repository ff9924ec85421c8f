using System.Collections;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>
/// Allocations by an instant of each, equal ones by job id. They are put in order when somebody looks: thousands that came at once then
/// go in one after another, side by side in memory.
/// </summary>
internal sealed class Ends : IEnumerable<Allocation>
{
    private readonly SortedBlocks<End> _byInstant = new();
    private readonly List<End> _newcomers = [];

    private readonly record struct End(long Ticks, Allocation Held) : IOrdered<End>, IComparable<End>
    {
        public bool IsBefore(in End other) => CompareTo(other) < 0;

        public int CompareTo(End other) =>
            Ticks != other.Ticks ? Ticks.CompareTo(other.Ticks) : string.CompareOrdinal(Held.Request.Job, other.Held.Request.Job);
    }

    /// <summary>The one that comes first; null when there is none.</summary>
    public Allocation? First => InOrder() is { IsEmpty: false } ends ? ends.First.Held : null;

    public void Add(Allocation held, DateTimeOffset at) => _newcomers.Add(new End(at.UtcTicks, held));

    /// <summary>Takes out one that was added with this instant.</summary>
    public void Remove(Allocation held, DateTimeOffset at) => InOrder().Remove(new End(at.UtcTicks, held));

    public IEnumerator<Allocation> GetEnumerator()
    {
        var ends = InOrder();
        for (var block = 0; block < ends.Blocks; block++)
            for (var at = 0; at < ends[block].Length; at++)
                yield return ends[block][at].Held;
    }

    private SortedBlocks<End> InOrder()
    {
        if (_newcomers.Count == 0) return _byInstant;
        _newcomers.Sort();
        foreach (var end in _newcomers) _byInstant.Add(end);
        _newcomers.Clear();
        return _byInstant;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
