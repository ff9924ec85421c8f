using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>How long the pending jobs of one shape are, and how far a reading has come with them.</summary>
internal sealed class Lengths
{
    private readonly SortedBlocks<Length> _all = new();
    private readonly List<long> _read = [];
    private int _reading;

    /// <summary>How many that are no longer than <see cref="_longest"/> this reading has not come to; null until that was asked.</summary>
    private int? _unread;

    private long _longest;

    public bool IsEmpty => _all.IsEmpty;

    public void Add(long ticks) => _all.Add(new Length(ticks));

    public void Remove(long ticks) => _all.Remove(new Length(ticks));

    /// <summary>A job of this length was read.</summary>
    public void Read(int reading, long ticks)
    {
        Begin(reading);
        _read.Add(ticks);
        if (ticks <= _longest) _unread--;
    }

    /// <summary>True when this reading has come to each job that is no longer than this, which is one length for the whole reading.</summary>
    public bool AreRead(int reading, long longest)
    {
        Begin(reading);
        _longest = longest;
        _unread ??= _all.CountUpTo(new Length(longest)) - _read.Count(ticks => ticks <= longest);
        return _unread == 0;
    }

    private void Begin(int reading)
    {
        if (_reading == reading) return;
        _reading = reading;
        _read.Clear();
        _unread = null;
    }

    private readonly record struct Length(long Ticks) : IOrdered<Length>
    {
        public bool IsBefore(in Length other) => Ticks < other.Ticks;
    }
}
