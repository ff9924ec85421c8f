namespace AkkaMLScheduler.Simulator;

/// <summary>The lines a reader could not use: all counted, the first <see cref="Trace.MaxMalformedKept"/> kept.</summary>
internal sealed class MalformedLines
{
    private readonly List<MalformedLine> _first = [];

    public IReadOnlyList<MalformedLine> First => _first;

    public int Count { get; private set; }

    public void Add(int line, string reason)
    {
        Count++;
        if (_first.Count < Trace.MaxMalformedKept) _first.Add(new MalformedLine(line, reason));
    }
}
