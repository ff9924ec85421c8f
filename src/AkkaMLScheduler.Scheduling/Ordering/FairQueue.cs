using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>
/// The pending jobs of the queue tree. A cycle arranges the queues that have any in heaps, once; after that each step moves only the
/// queues on the path of the leaf it served. Only when a resource runs out, at most once for each, are they arranged anew.
/// </summary>
internal sealed class FairQueue : IPendingQueue
{
    private readonly FixedOrder _order;
    private readonly Scarcity _scarcity;
    private readonly FairNode _root;
    private readonly Dictionary<QueueNode, FairNode> _nodes = [];
    private readonly Dictionary<GangShape, Lengths> _lengths = [];
    private int _readings;

    public FairQueue(ClusterState cluster, FixedOrder order)
    {
        _order = order;
        _scarcity = new Scarcity(cluster);
        _root = new FairNode(cluster.Queues.Root, null);
        _root.BecomeInner();
        _nodes.Add(cluster.Queues.Root, _root);
    }

    public void Add(PendingJob job)
    {
        job.Key = _order.KeyOf(job);
        var node = LeafOf(job.Queue);
        var wasEmpty = node.Leaf!.IsEmpty;
        node.Leaf.Add(job);
        if (wasEmpty) node.ListAbove();
        if (!_lengths.TryGetValue(job.Gang, out var lengths)) _lengths.Add(job.Gang, lengths = new Lengths());
        lengths.Add(OrderedJob.LengthOf(job));
    }

    public void Remove(PendingJob job)
    {
        var node = LeafOf(job.Queue);
        node.Leaf!.Remove(job);
        if (node.Leaf.IsEmpty) node.ListAbove();
        var lengths = _lengths[job.Gang];
        lengths.Remove(OrderedJob.LengthOf(job));
        if (lengths.IsEmpty) _lengths.Remove(job.Gang);
    }

    /// <exception cref="InvalidOperationException">It was read again from the start before this reading came to its end.</exception>
    public IEnumerable<PendingJob> InOrder(Skips skips)
    {
        var reading = ++_readings;
        var hopeless = new HashSet<GangShape>();
        _scarcity.Look();
        _root.Begin(skips);
        _root.Arrange(_scarcity);
        while (_root.NextLeaf() is { } node)
        {
            var leaf = node.Leaf!;
            var job = leaf.Next!;
            var isClosed = !skips.LookAtAll && skips.IsClosed(job.Queue);
            if (isClosed || skips.Holds(job.Gang))
            {
                // It has come to be known since this leaf had its latest turn.
                if (isClosed)
                    leaf.Close();
                else
                    leaf.Advance(skips);
                node.Settle(_scarcity);
                continue;
            }

            var before = node.Usage;
            var length = OrderedJob.LengthOf(job);
            if (!skips.IsTooLong(job.Gang, length))
            {
                _lengths[job.Gang].Read(reading, length);
                yield return job;
            }

            if (reading != _readings) throw new InvalidOperationException("The jobs were read from the start again.");
            if (skips.ReadsAhead && skips.LeftOut != job) Assume(node, job);
            leaf.HasFailed = node.Usage == before;
            // When no shape that anybody waits with fits any more, or only for jobs that were all tried, the cycle is over.
            if (IsHopeless(job.Gang, skips, reading) && hopeless.Add(job.Gang))
            {
                if (hopeless.Count == _lengths.Count) yield break;
                skips.Finish(job.Gang);
            }

            if (!skips.LookAtAll && skips.IsClosed(job.Queue))
                leaf.Close();
            else
                leaf.Advance(skips);
            if (!leaf.HasFailed && _scarcity.Look())
                _root.Arrange(_scarcity);
            else
                node.Settle(_scarcity);
        }
    }

    private bool IsHopeless(GangShape gang, Skips skips, int reading) =>
        skips.Holds(gang) || (skips.LongestTicks(gang) is var longest and < long.MaxValue && _lengths[gang].AreRead(reading, longest));

    private static void Assume(FairNode leaf, PendingJob job)
    {
        var total = job.Request.PerTask * job.Request.Tasks;
        for (var node = leaf; node is not null; node = node.Parent) node.Assumed += total;
    }

    /// <summary>Where the jobs of this queue wait: its node, or when that is an inner one, the child for its own.</summary>
    private FairNode LeafOf(QueueNode queue)
    {
        var node = NodeOf(queue);
        if (node.IsInner) node = node.Own ??= node.NewChild(queue);
        node.Leaf ??= new FairLeaf();
        return node;
    }

    private FairNode NodeOf(QueueNode queue)
    {
        if (_nodes.TryGetValue(queue, out var known)) return known;
        var parent = NodeOf(queue.Parent!);
        parent.BecomeInner();
        var node = parent.NewChild(queue);
        _nodes.Add(queue, node);
        return node;
    }
}
