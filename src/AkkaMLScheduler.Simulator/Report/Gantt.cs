namespace AkkaMLScheduler.Simulator.Report;

/// <summary>Puts jobs on rows of the cluster, node by node.</summary>
internal sealed class Gantt
{
    private readonly IReadOnlyList<NodeBand> _bands;
    private readonly RowUnit _unit;
    private readonly RowPacking[] _packings;
    private readonly Dictionary<string, int> _bandOf;
    private readonly PriorityQueue<List<(int Band, IReadOnlyList<RowRange> Rows)>, long> _running = new();

    private Gantt(IReadOnlyList<NodeBand> bands, RowUnit unit)
    {
        _bands = bands;
        _unit = unit;
        _packings = [.. bands.Select(band => new RowPacking(unit.Of(band.Rows)))];
        _bandOf = bands.Index().DistinctBy(entry => entry.Item.Node).ToDictionary(
            entry => entry.Item.Node, entry => entry.Index, StringComparer.Ordinal);
    }

    /// <summary>
    /// The first <paramref name="limit"/> bars in order of their start, those that start at the same instant in the trace's order. No two
    /// are on one row at one time.
    /// </summary>
    public static IReadOnlyList<GanttBar> Of(IReadOnlyList<NodeBand> bands, RowUnit unit, IEnumerable<JobOutcome> jobs, int limit)
    {
        var gantt = new Gantt(bands, unit);
        return [.. jobs.SelectMany(Occupancy.Of).OrderBy(time => time.Start).Take(limit).Select(gantt.Place)];
    }

    private GanttBar Place(Occupancy time)
    {
        while (_running.TryPeek(out var ended, out var end) && end <= time.Start)
        {
            _running.Dequeue();
            foreach (var (band, rows) in ended) _packings[band].Return(rows);
        }

        var taken = Take(BandsOf(time.Node), _unit.Of(time.Job.Size));
        if (taken.Count > 0) _running.Enqueue(taken, time.End);
        return new GanttBar(time, [
            .. taken.SelectMany(part => part.Rows.Select(range => range with { First = range.First + _unit.Of(_bands[part.Band].First) })),
        ]);
    }

    private List<int> BandsOf(string nodes)
    {
        if (_bandOf.TryGetValue(nodes, out var only)) return [only];
        return [.. nodes.Split('+').Select(node => _bandOf.GetValueOrDefault(node, -1)).Where(band => band >= 0)];
    }

    /// <summary>An outcome says the nodes, not how much of each: as even as their free rows allow.</summary>
    private List<(int Band, IReadOnlyList<RowRange> Rows)> Take(List<int> bands, long size)
    {
        var taken = new List<(int, IReadOnlyList<RowRange>)>();
        if (size < 1 || bands.Sum(band => _packings[band].Free) < size) return taken;
        bands.Sort((a, b) => (_packings[a].Free, a).CompareTo((_packings[b].Free, b)));
        for (var index = 0; index < bands.Count; index++)
        {
            // The fullest first: what it cannot hold of its even share goes to those after it.
            var left = bands.Count - index;
            var even = (size + left * _unit.PerRow - 1) / (left * _unit.PerRow) * _unit.PerRow;
            var share = Math.Min(_packings[bands[index]].Free, Math.Min(even, size));
            size -= share;
            if (share > 0) taken.Add((bands[index], _packings[bands[index]].Take(share)));
        }

        return taken;
    }
}
