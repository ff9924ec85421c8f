using System.Runtime.CompilerServices;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>A value with a place in a total order.</summary>
internal interface IOrdered<T>
    where T : struct
{
    bool IsBefore(in T other);
}

/// <summary>
/// Entries in ascending order, in blocks short enough that shifting their ends costs little more than finding the place. The entries
/// carry what they are ordered by, so that finding a place touches no other memory; blocks are used again, so that adding and removing
/// cause no garbage.
/// </summary>
internal sealed class SortedBlocks<T>
    where T : struct, IOrdered<T>
{
    private const int BlockSize = 64;

    /// <summary>Most lists stay short: the first block grows up to the full size.</summary>
    private const int FirstSize = 4;

    private T[][] _blocks = [];
    private int[] _counts = [];
    private int _used;

    /// <summary>How many blocks hold entries; those beyond are spare.</summary>
    public int Blocks => _used;

    public bool IsEmpty => _used == 0;

    public ref readonly T First => ref _blocks[0][0];

    public ReadOnlySpan<T> this[int block] => _blocks[block].AsSpan(0, _counts[block]);

    /// <summary>How many entries are not after this one.</summary>
    public int CountUpTo(in T last)
    {
        var count = 0;
        for (var block = 0; block < _used && !last.IsBefore(_blocks[block][0]); block++)
        {
            if (!last.IsBefore(_blocks[block][_counts[block] - 1]))
            {
                count += _counts[block];
                continue;
            }

            foreach (ref readonly var entry in this[block])
                if (!last.IsBefore(entry))
                    count++;
        }

        return count;
    }

    public void Clear()
    {
        while (_used > 0) Close(_used - 1);
    }

    public void Add(in T entry)
    {
        if (_used == 0) Open(0);
        var block = BlockOf(entry);
        if (_counts[block] == BlockSize)
        {
            Open(block + 1);
            const int half = BlockSize / 2;
            Array.Copy(_blocks[block], half, _blocks[block + 1], 0, half);
            Array.Clear(_blocks[block], half, half);
            _counts[block] = _counts[block + 1] = half;
            if (!entry.IsBefore(_blocks[block + 1][0])) block++;
        }
        else if (_counts[block] == _blocks[block].Length)
        {
            Array.Resize(ref _blocks[block], 2 * _counts[block]);
        }

        var entries = _blocks[block];
        var at = PlaceOf(this[block], entry);
        Array.Copy(entries, at, entries, at + 1, _counts[block]++ - at);
        entries[at] = entry;
    }

    /// <summary>Takes out an entry that is there.</summary>
    public void Remove(in T entry)
    {
        var block = BlockOf(entry);
        var entries = _blocks[block];
        var at = PlaceOf(this[block], entry);
        Array.Copy(entries, at + 1, entries, at, --_counts[block] - at);
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) entries[_counts[block]] = default;
        if (_counts[block] == 0)
        {
            Close(block);
        }
        else if (block + 1 < _used && _counts[block] + _counts[block + 1] <= BlockSize / 2)
        {
            Array.Copy(_blocks[block + 1], 0, entries, _counts[block], _counts[block + 1]);
            _counts[block] += _counts[block + 1];
            Close(block + 1);
        }
    }

    /// <summary>The last block that does not begin after the entry, or the first.</summary>
    private int BlockOf(in T entry)
    {
        var (low, high) = (1, _used);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (entry.IsBefore(_blocks[middle][0]))
                high = middle;
            else
                low = middle + 1;
        }

        return low - 1;
    }

    /// <summary>How many of the block's entries are before this one.</summary>
    private static int PlaceOf(ReadOnlySpan<T> entries, in T entry)
    {
        var (low, high) = (0, entries.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (entries[middle].IsBefore(entry))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>Puts a spare block, or a new one, at this place.</summary>
    private void Open(int at)
    {
        if (_used == _blocks.Length)
        {
            Array.Resize(ref _blocks, Math.Max(1, 2 * _used));
            Array.Resize(ref _counts, _blocks.Length);
        }

        var opened = _blocks[_used] ?? new T[_used == 0 ? FirstSize : BlockSize];
        if (_used > 0 && opened.Length < BlockSize) opened = new T[BlockSize];
        Array.Copy(_blocks, at, _blocks, at + 1, _used - at);
        Array.Copy(_counts, at, _counts, at + 1, _used - at);
        _blocks[at] = opened;
        _counts[at] = 0;
        _used++;
    }

    /// <summary>Takes the block away from this place and keeps it as a spare one.</summary>
    private void Close(int at)
    {
        var closed = _blocks[at];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) Array.Clear(closed);
        _used--;
        Array.Copy(_blocks, at + 1, _blocks, at, _used - at);
        Array.Copy(_counts, at + 1, _counts, at, _used - at);
        _blocks[_used] = closed;
        _counts[_used] = 0;
    }
}
