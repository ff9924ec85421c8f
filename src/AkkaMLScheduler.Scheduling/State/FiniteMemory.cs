namespace AkkaMLScheduler.Scheduling.State;

/// <summary>Remembers the latest <paramref name="limit"/> keys and forgets the oldest beyond that, so that memory stays bounded.</summary>
internal sealed class FiniteMemory<TKey, TValue>(int limit, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _byKey = new(comparer);
    private readonly LinkedList<(TKey Key, TValue Value)> _byAge = new();

    /// <summary>Oldest first.</summary>
    public IEnumerable<(TKey Key, TValue Value)> ByAge => _byAge;

    public bool Knows(TKey key) => _byKey.ContainsKey(key);

    public bool TryGet(TKey key, out TValue value)
    {
        var known = _byKey.TryGetValue(key, out var node);
        value = known ? node!.Value.Value : default!;
        return known;
    }

    public void Remember(TKey key, TValue value)
    {
        if (_byKey.Remove(key, out var old)) _byAge.Remove(old);
        _byKey.Add(key, _byAge.AddLast((key, value)));
        if (_byKey.Count <= limit) return;
        _byKey.Remove(_byAge.First!.Value.Key);
        _byAge.RemoveFirst();
    }
}
