namespace AkkaMLScheduler.Scheduling.State;

/// <summary>What the rest of a cycle need not look at. Room only shrinks within one, so what did not fit once will not fit later.</summary>
internal sealed class Skips
{
    private readonly HashSet<GangShape> _gangs = [];
    private readonly Dictionary<QueueNode, (PendingReason Reason, string Text)> _closed = [];

    /// <summary>Set when every job's reason is wanted: then nothing is skipped unseen.</summary>
    public bool LookAtAll { get; init; }

    /// <summary>
    /// Set when the order is read ahead of the decisions: an order that depends on what is in use then counts each job as started once it
    /// was read.
    /// </summary>
    public bool ReadsAhead { get; init; }

    public void Skip(in GangShape gang) => _gangs.Add(gang);

    public bool Holds(in GangShape gang) => !LookAtAll && _gangs.Contains(gang);

    /// <summary>No further job of this queue, or of one below it, is to be started; those that are not looked at have this reason.</summary>
    public void Close(QueueNode queue, PendingReason reason, string text) => _closed.TryAdd(queue, (reason, text));

    public bool IsClosed(QueueNode queue) => Closing(queue) is not null;

    /// <summary>Why nothing of this queue is to be started any more; null when it is open.</summary>
    public (PendingReason Reason, string Text)? Closing(QueueNode queue)
    {
        if (_closed.Count == 0) return null;
        for (var node = queue; node is not null; node = node.Parent)
            if (_closed.TryGetValue(node, out var why))
                return why;
        return null;
    }
}
