namespace AkkaMLScheduler.Scheduling.State;

/// <summary>The share tree. Queues come into being when they are first named.</summary>
internal sealed class QueueTree
{
    private readonly Dictionary<string, QueueNode> _byPath = new(StringComparer.Ordinal);

    public QueueTree() => _byPath.Add("", Root);

    public QueueNode Root { get; } = new("", null);

    /// <summary>As last specified.</summary>
    public IReadOnlyList<QueueSpec> Specs { get; private set; } = [];

    public QueueNode Find(string path)
    {
        if (_byPath.TryGetValue(path, out var known)) return known;
        var node = Root;
        foreach (var part in path.Split('/')) node = node.Child(part);
        _byPath.Add(path, node);
        return node;
    }

    /// <summary>Replaces what was specified before.</summary>
    public void Specify(IReadOnlyList<QueueSpec> specs)
    {
        foreach (var spec in Specs)
        {
            Find(spec.Queue).Specify(null);
            Find(spec.Queue).Unname();
        }

        foreach (var spec in specs)
        {
            Find(spec.Queue).Specify(spec);
            Find(spec.Queue).Name();
        }

        Specs = [.. specs];
    }
}
