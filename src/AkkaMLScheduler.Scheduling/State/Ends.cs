using System.Collections;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>Allocations by an instant of each, equal ones by job id.</summary>
internal sealed class Ends : IEnumerable<Allocation>
{
    private readonly SortedBlocks<End> _byInstant = new();

    private readonly record struct End(long Ticks, Allocation Held) : IOrdered<End>
    {
        public bool IsBefore(in End other) =>
            Ticks != other.Ticks ? Ticks < other.Ticks : string.CompareOrdinal(Held.Request.Job, other.Held.Request.Job) < 0;
    }

    /// <summary>The one that comes first; null when there is none.</summary>
    public Allocation? First => _byInstant.IsEmpty ? null : _byInstant.First.Held;

    public void Add(Allocation held, DateTimeOffset at) => _byInstant.Add(new End(at.UtcTicks, held));

    /// <summary>Takes out one that was added with this instant.</summary>
    public void Remove(Allocation held, DateTimeOffset at) => _byInstant.Remove(new End(at.UtcTicks, held));

    public IEnumerator<Allocation> GetEnumerator()
    {
        for (var block = 0; block < _byInstant.Blocks; block++)
            for (var at = 0; at < _byInstant[block].Length; at++)
                yield return _byInstant[block][at].Held;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
