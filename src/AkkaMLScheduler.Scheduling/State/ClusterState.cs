namespace AkkaMLScheduler.Scheduling.State;

/// <summary>Nodes and who holds what on them.</summary>
internal sealed class ClusterState
{
    /// <summary>More shapes than this in one life of the cluster's node set are unlikely; the cache then starts over.</summary>
    private const int MaxShapesCached = 4_096;

    private readonly Dictionary<string, Allocation> _allocations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _stoppingFor = new(StringComparer.Ordinal);
    private readonly Dictionary<TaskShape, Room> _roomWhenEmpty = [];

    public NodeIndex Nodes { get; } = new();

    public int AllocationCount => _allocations.Count;

    /// <summary>In no particular order: callers that decide by it sort with a total order.</summary>
    public IEnumerable<Allocation> Allocations => _allocations.Values;

    /// <summary>How many tasks of a shape the live nodes could hold if nothing ran, and on how many nodes the labels match.</summary>
    internal readonly record struct Room(long Tasks, int NodesMatched);

    public Allocation? AllocationOf(string job) => _allocations.GetValueOrDefault(job);

    /// <summary>How many attempts were asked to stop for this job and have not ended.</summary>
    public int StoppingFor(string beneficiary) => _stoppingFor.GetValueOrDefault(beneficiary);

    public void AskToStop(Allocation allocation, string beneficiary)
    {
        allocation.Beneficiary = beneficiary;
        _stoppingFor[beneficiary] = StoppingFor(beneficiary) + 1;
    }

    public void Add(NodeState node)
    {
        Nodes.Add(node);
        _roomWhenEmpty.Clear();
    }

    /// <summary>Takes the node away and returns who had ranks on it, by job id.</summary>
    public IReadOnlyList<JobAttempt> Lose(NodeState node)
    {
        Nodes.Remove(node);
        node.Live = false;
        _roomWhenEmpty.Clear();
        return [.. _allocations.Values.Where(held => held.HasRanksOn(node)).Select(held => held.Request.Id)
            .OrderBy(id => id.Job, StringComparer.Ordinal)];
    }

    /// <summary>Takes one task's ask from the node, lowest GPU slots first.</summary>
    public int[] Take(NodeState node, Resources ask)
    {
        Nodes.Detach(node);
        var gpus = node.Take(ask);
        Nodes.Insert(node);
        return gpus;
    }

    public void Give(NodeState node, Resources ask, IReadOnlyList<int> gpus)
    {
        if (!node.Live) return;
        Nodes.Detach(node);
        node.Give(ask, gpus);
        Nodes.Insert(node);
    }

    /// <summary>Books an allocation as decided. Throws when it does not fit, which leaves nothing booked.</summary>
    public void Book(Allocation allocation)
    {
        var ask = allocation.Request.PerTask;
        for (var rank = 0; rank < allocation.Nodes.Length; rank++)
        {
            var node = allocation.Nodes[rank];
            var gpus = allocation.Placements[rank].Gpus;
            if (!node.Live) continue;
            if (!node.Fits(ask) || gpus.Count != ask.Gpus || !AreFree(node, gpus))
            {
                ReleaseRanks(allocation, rank);
                throw new DecisionMismatchException(
                    $"{allocation.Request.Id} rank {rank} does not fit node {node.Name}: it asks {ask} "
                    + $"with GPUs [{string.Join(",", gpus)}], free are {node.Free}.");
            }

            Nodes.Detach(node);
            node.Take(ask, gpus);
            Nodes.Insert(node);
        }

        _allocations.Add(allocation.Request.Job, allocation);
    }

    public void Release(Allocation allocation)
    {
        _allocations.Remove(allocation.Request.Job);
        if (allocation.Beneficiary is { } beneficiary && --_stoppingFor[beneficiary] == 0) _stoppingFor.Remove(beneficiary);
        ReleaseRanks(allocation, allocation.Nodes.Length);
    }

    public Room RoomWhenEmpty(in TaskShape shape)
    {
        if (_roomWhenEmpty.TryGetValue(shape, out var known)) return known;
        if (_roomWhenEmpty.Count >= MaxShapesCached) _roomWhenEmpty.Clear();
        var tasks = 0L;
        var matched = 0;
        foreach (var node in Nodes.All)
        {
            if (!shape.Matches(node)) continue;
            matched++;
            tasks += node.Capacity.Capacity.Times(shape.Ask, JobRequest.MaxTasks);
        }

        return _roomWhenEmpty[shape] = new Room(tasks, matched);
    }

    /// <summary>How many tasks of this shape fit what is free now.</summary>
    public long RoomNow(in TaskShape shape)
    {
        var tasks = 0L;
        foreach (var node in Nodes.All)
            if (shape.Matches(node))
                tasks += node.Free.Times(shape.Ask, JobRequest.MaxTasks);
        return tasks;
    }

    private static bool AreFree(NodeState node, IReadOnlyList<int> gpus)
    {
        for (var i = 0; i < gpus.Count; i++)
            if (!node.Slots.IsFree(gpus[i]) || (i > 0 && gpus[i] <= gpus[i - 1]))
                return false;
        return true;
    }

    private void ReleaseRanks(Allocation allocation, int ranks)
    {
        for (var rank = 0; rank < ranks; rank++)
            Give(allocation.Nodes[rank], allocation.Request.PerTask, allocation.Placements[rank].Gpus);
    }
}
