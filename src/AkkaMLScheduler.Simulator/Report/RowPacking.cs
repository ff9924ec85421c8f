namespace AkkaMLScheduler.Simulator.Report;

/// <summary>
/// Gives jobs rows to be drawn on: the lowest stretch that holds the whole job, else the lowest free rows, in as many stretches as it
/// takes. Only for display; the scheduler counts processors and never says which.
/// </summary>
internal sealed class RowPacking
{
    // Free stretches, ascending, no two touching; at most one more than there are jobs on the rows.
    private readonly List<RowRange> _free = [];

    public RowPacking(long rows)
    {
        if (rows > 0) _free.Add(new RowRange(0, rows));
        Free = rows;
    }

    /// <summary>How many rows nobody has.</summary>
    public long Free { get; private set; }

    /// <summary>Takes so many rows, ascending; none at all when fewer are free.</summary>
    public IReadOnlyList<RowRange> Take(long count)
    {
        if (count < 1 || count > Free) return [];
        Free -= count;
        var whole = _free.FindIndex(range => range.Count >= count);
        if (whole >= 0) return [TakeFrom(whole, count)];
        var taken = new List<RowRange>();
        while (count > 0)
        {
            var range = TakeFrom(0, Math.Min(count, _free[0].Count));
            taken.Add(range);
            count -= range.Count;
        }

        return taken;
    }

    /// <summary>Gives rows back that were taken.</summary>
    public void Return(IEnumerable<RowRange> rows)
    {
        foreach (var range in rows)
        {
            Free += range.Count;
            Insert(range);
        }
    }

    private RowRange TakeFrom(int index, long count)
    {
        var range = _free[index];
        if (range.Count == count)
            _free.RemoveAt(index);
        else
            _free[index] = new RowRange(range.First + count, range.Count - count);
        return new RowRange(range.First, count);
    }

    private void Insert(RowRange range)
    {
        var index = _free.BinarySearch(range, ByFirst.Instance);
        if (index >= 0) throw new InvalidOperationException($"Row {range.First} was given back twice.");
        index = ~index;
        if (index < _free.Count && range.First + range.Count == _free[index].First)
        {
            range = range with { Count = range.Count + _free[index].Count };
            _free.RemoveAt(index);
        }

        if (index > 0 && _free[index - 1].First + _free[index - 1].Count == range.First)
            _free[index - 1] = _free[index - 1] with { Count = _free[index - 1].Count + range.Count };
        else
            _free.Insert(index, range);
    }

    private sealed class ByFirst : IComparer<RowRange>
    {
        public static readonly ByFirst Instance = new();

        public int Compare(RowRange x, RowRange y) => x.First.CompareTo(y.First);
    }
}
