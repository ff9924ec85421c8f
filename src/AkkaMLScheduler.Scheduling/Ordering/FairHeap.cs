using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>
/// Sibling queues with the one to be served next on top: by key, equal ones by rank. Each knows its place, so that one whose key changed
/// moves alone. Keys stand in the heap itself: comparing touches no other memory.
/// </summary>
internal sealed class FairHeap
{
    private readonly List<Entry> _entries = [];

    private readonly record struct Entry(double Key, FairNode Node, int Rank)
    {
        public bool GoesBefore(in Entry other) => Key != other.Key ? Key < other.Key : Rank < other.Rank;
    }

    public int Count => _entries.Count;

    public FairNode? Top => _entries.Count == 0 ? null : _entries[0].Node;

    /// <summary>The one of two heaps' tops that is to be served first; null when both are empty.</summary>
    public static FairNode? First(FairHeap a, FairHeap b)
    {
        if (a.Count == 0) return b.Top;
        return b.Count == 0 || a._entries[0].GoesBefore(b._entries[0]) ? a.Top : b.Top;
    }

    public void Clear() => _entries.Clear();

    /// <summary>Adds without ordering; <see cref="Order"/> must follow.</summary>
    public void Append(FairNode node)
    {
        node.Place = _entries.Count;
        _entries.Add(EntryOf(node));
    }

    public void Order()
    {
        for (var i = _entries.Count / 2 - 1; i >= 0; i--) Sink(i, _entries[i]);
    }

    public void Add(FairNode node)
    {
        Append(node);
        Rise(node.Place, EntryOf(node));
    }

    public void Remove(FairNode node)
    {
        var last = _entries[^1];
        _entries.RemoveAt(_entries.Count - 1);
        if (last.Node != node) Move(node.Place, last);
    }

    /// <summary>Moves the node to where its key now belongs.</summary>
    public void Update(FairNode node) => Move(node.Place, EntryOf(node));

    private static Entry EntryOf(FairNode node) => new(node.Key, node, node.Rank);

    private void Move(int place, in Entry entry)
    {
        if (!Rise(place, entry)) Sink(place, entry);
    }

    private bool Rise(int place, in Entry entry)
    {
        var at = place;
        for (; at > 0 && entry.GoesBefore(_entries[(at - 1) / 2]); at = (at - 1) / 2) Put(_entries[(at - 1) / 2], at);
        Put(entry, at);
        return at != place;
    }

    private void Sink(int place, in Entry entry)
    {
        var entries = CollectionsMarshal.AsSpan(_entries);
        while (true)
        {
            var child = 2 * place + 1;
            if (child >= entries.Length) break;
            if (child + 1 < entries.Length && entries[child + 1].GoesBefore(entries[child])) child++;
            if (!entries[child].GoesBefore(entry)) break;
            Put(entries[child], place);
            place = child;
        }

        Put(entry, place);
    }

    private void Put(in Entry entry, int place)
    {
        _entries[place] = entry;
        entry.Node.Place = place;
    }
}
