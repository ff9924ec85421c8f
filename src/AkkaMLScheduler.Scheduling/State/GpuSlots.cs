using System.Numerics;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>Which GPU slots of one node are free: a bit per slot, set when free.</summary>
internal sealed class GpuSlots
{
    private readonly ulong[] _free;

    public GpuSlots(int count)
    {
        Count = count;
        Free = count;
        _free = new ulong[(count + 63) / 64];
        for (var slot = 0; slot < count; slot++) _free[slot >> 6] |= 1UL << (slot & 63);
    }

    public int Count { get; }

    public int Free { get; private set; }

    public bool IsFree(int slot) => slot >= 0 && slot < Count && (_free[slot >> 6] & (1UL << (slot & 63))) != 0;

    /// <summary>Takes the lowest free slots. The caller has checked that there are enough.</summary>
    public int[] TakeLowest(int wanted)
    {
        if (wanted == 0) return [];
        var taken = new int[wanted];
        var found = 0;
        for (var word = 0; found < wanted; word++)
        {
            while (_free[word] != 0 && found < wanted)
            {
                taken[found++] = (word << 6) + BitOperations.TrailingZeroCount(_free[word]);
                _free[word] &= _free[word] - 1;
            }
        }

        Free -= wanted;
        return taken;
    }

    public void Take(IReadOnlyList<int> slots)
    {
        foreach (var slot in slots) _free[slot >> 6] &= ~(1UL << (slot & 63));
        Free -= slots.Count;
    }

    public void Give(IReadOnlyList<int> slots)
    {
        foreach (var slot in slots) _free[slot >> 6] |= 1UL << (slot & 63);
        Free += slots.Count;
    }
}
