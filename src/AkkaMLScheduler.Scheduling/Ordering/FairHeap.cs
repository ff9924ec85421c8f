namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>Sibling queues with the one to be served next on top. Each knows its place, so that one whose key changed moves alone.</summary>
internal sealed class FairHeap
{
    private readonly List<FairNode> _nodes = [];

    public int Count => _nodes.Count;

    public FairNode? Top => _nodes.Count == 0 ? null : _nodes[0];

    public void Clear() => _nodes.Clear();

    /// <summary>Adds without ordering; <see cref="Order"/> must follow.</summary>
    public void Append(FairNode node)
    {
        node.Place = _nodes.Count;
        _nodes.Add(node);
    }

    public void Order()
    {
        for (var i = _nodes.Count / 2 - 1; i >= 0; i--) Sink(i);
    }

    public void Add(FairNode node)
    {
        Append(node);
        Rise(node.Place);
    }

    public void Remove(FairNode node)
    {
        var place = node.Place;
        var last = _nodes[^1];
        _nodes.RemoveAt(_nodes.Count - 1);
        if (last == node) return;
        Put(last, place);
        Update(last);
    }

    public void Update(FairNode node)
    {
        if (!Rise(node.Place)) Sink(node.Place);
    }

    private bool Rise(int place)
    {
        var node = _nodes[place];
        var at = place;
        for (; at > 0 && node.GoesBefore(_nodes[(at - 1) / 2]); at = (at - 1) / 2) Put(_nodes[(at - 1) / 2], at);
        Put(node, at);
        return at != place;
    }

    private void Sink(int place)
    {
        var node = _nodes[place];
        while (true)
        {
            var child = 2 * place + 1;
            if (child >= _nodes.Count) break;
            if (child + 1 < _nodes.Count && _nodes[child + 1].GoesBefore(_nodes[child])) child++;
            if (!_nodes[child].GoesBefore(node)) break;
            Put(_nodes[child], place);
            place = child;
        }

        Put(node, place);
    }

    private void Put(FairNode node, int place)
    {
        _nodes[place] = node;
        node.Place = place;
    }
}
