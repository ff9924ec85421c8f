namespace AkkaMLScheduler.Scheduling.State;

/// <summary>Nodes, queues, and who holds what.</summary>
internal sealed class ClusterState
{
    /// <summary>More shapes than this in one life of the cluster's node set are unlikely; the cache then starts over.</summary>
    private const int MaxShapesCached = 4_096;

    private readonly Dictionary<string, Allocation> _allocations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _stoppingFor = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _runningInArray = new(StringComparer.Ordinal);
    private readonly HashSet<Allocation> _stopping = [];
    private readonly Dictionary<TaskShape, Room> _roomWhenEmpty = [];
    private int _nodesVersion = 1;

    public NodeIndex Nodes { get; } = new();

    public QueueTree Queues { get; } = new();

    /// <summary>What fragmentation is measured against.</summary>
    public TypicalTasks Typical { get; } = new();

    /// <summary>Names of nodes, up or not, on which nothing new is placed; true for those that are drained.</summary>
    public SortedDictionary<string, bool> Closed { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes that are up and about to leave. Never placed on again, so decisions do not depend on their order.</summary>
    public HashSet<NodeState> Leaving { get; } = [];

    public int AllocationCount => _allocations.Count;

    /// <summary>In no particular order: callers that decide by it sort with a total order.</summary>
    public IReadOnlyCollection<Allocation> Allocations => _allocations.Values;

    /// <summary>Those that still hold something and have an estimate, by predicted end, then by job id.</summary>
    public Ends ByPrediction { get; } = new();

    /// <summary>Those with a time limit that were not asked to stop, by its end, then by job id.</summary>
    public Ends ByDeadline { get; } = new();

    /// <summary>Those asked to stop that have not ended, in no particular order.</summary>
    public IReadOnlyCollection<Allocation> Stopping => _stopping;

    /// <summary>
    /// How many tasks of a shape the live nodes could hold if nothing ran: on open nodes, on all of them, and how many nodes match.
    /// </summary>
    internal readonly record struct Room(long Tasks, long TasksWithClosed, int NodesMatched);

    public Allocation? AllocationOf(string job) => _allocations.GetValueOrDefault(job);

    /// <summary>How many attempts were asked to stop for this job and have not ended.</summary>
    public int StoppingFor(string beneficiary) => _stoppingFor.GetValueOrDefault(beneficiary);

    public int RunningInArray(string array) => _runningInArray.GetValueOrDefault(array);

    public void AskToStop(Allocation allocation, string? beneficiary)
    {
        allocation.Stopping = true;
        allocation.Beneficiary = beneficiary;
        if (allocation.Deadline is { } deadline) ByDeadline.Remove(allocation, deadline);
        _stopping.Add(allocation);
        if (beneficiary is not null) _stoppingFor[beneficiary] = StoppingFor(beneficiary) + 1;
    }

    public void Add(NodeState node)
    {
        Nodes.Add(node);
        ForgetRoom();
    }

    public void Open(NodeState node, bool open)
    {
        Nodes.Open(node, open);
        ForgetRoom();
    }

    /// <summary>Takes the node away and returns who had ranks on it, by job id.</summary>
    public IReadOnlyList<JobAttempt> Lose(NodeState node)
    {
        Nodes.Remove(node);
        Leaving.Remove(node);
        node.Live = false;
        ForgetRoom();
        return [.. _allocations.Values.Where(held => held.HasRanksOn(node)).Select(held => held.Request.Id)
            .OrderBy(id => id.Job, StringComparer.Ordinal)];
    }

    /// <summary>Takes one task's ask from the node.</summary>
    public void Take(NodeState node, Resources ask, IReadOnlyList<int> gpus) => Nodes.Take(node, ask, gpus);

    public void Give(NodeState node, Resources ask, IReadOnlyList<int> gpus)
    {
        if (node.Live) Nodes.Give(node, ask, gpus);
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
            if (!node.Room.Fits(ask, gpus))
            {
                GiveBack(allocation, rank);
                throw new DecisionMismatchException(
                    $"{allocation.Request.Id} rank {rank} does not fit node {node.Name}: it asks {ask} "
                    + $"with GPUs [{string.Join(",", gpus)}], free are {node.Free}.");
            }

            Take(node, ask, gpus);
        }

        allocation.Queue.Charge(allocation.Total);
        Adopt(allocation);
    }

    /// <summary>Makes place for so many more allocations at once.</summary>
    public void Expect(int more) => _allocations.EnsureCapacity(_allocations.Count + more);

    /// <summary>Counts an allocation whose room is taken and whose queue is charged already.</summary>
    public void Adopt(Allocation allocation)
    {
        _allocations.Add(allocation.Request.Job, allocation);
        allocation.Queue.Name();
        if (allocation.PredictedEnd is { } end) ByPrediction.Add(allocation, end);
        if (allocation.Deadline is { } deadline) ByDeadline.Add(allocation, deadline);
        if (allocation.Request.Array is { } array) CountInArray(array, 1);
    }

    /// <summary>Gives its room back before its end is told.</summary>
    public void Vacate(Allocation allocation)
    {
        if (allocation.Vacated) return;
        allocation.Vacated = true;
        GiveBack(allocation, allocation.Nodes.Length);
        allocation.Queue.Charge(Resources.None - allocation.Total);
        if (allocation.PredictedEnd is { } end) ByPrediction.Remove(allocation, end);
    }

    public void Release(Allocation allocation)
    {
        Vacate(allocation);
        _allocations.Remove(allocation.Request.Job);
        allocation.Queue.Unname();
        if (allocation is { Deadline: { } deadline, Stopping: false }) ByDeadline.Remove(allocation, deadline);
        _stopping.Remove(allocation);
        if (allocation.Request.Array is { } array) CountInArray(array, -1);
        if (allocation.Beneficiary is { } beneficiary && --_stoppingFor[beneficiary] == 0) _stoppingFor.Remove(beneficiary);
    }

    /// <summary>The same for a gang's tasks; noted with it, as it is asked for with every job that is looked at.</summary>
    public Room RoomWhenEmpty(GangShape gang)
    {
        if (gang.RoomCountedFor == _nodesVersion) return gang.RoomWhenEmpty;
        gang.RoomCountedFor = _nodesVersion;
        return gang.RoomWhenEmpty = RoomWhenEmpty(gang.Shape);
    }

    private Room RoomWhenEmpty(in TaskShape shape)
    {
        if (_roomWhenEmpty.TryGetValue(shape, out var known)) return known;
        if (_roomWhenEmpty.Count >= MaxShapesCached) _roomWhenEmpty.Clear();
        long open = 0, all = 0;
        var matched = 0;
        foreach (var node in Nodes.All)
        {
            if (!shape.Matches(node)) continue;
            matched++;
            var times = NodeRoom.TimesWhenEmpty(node.Capacity.Capacity, shape.Ask);
            all += times;
            if (node.IsOpen) open += times;
        }

        return _roomWhenEmpty[shape] = new Room(open, all, matched);
    }

    /// <summary>How many tasks of this shape fit what is free on open nodes now; not counted on once there are <paramref name="enough"/>.</summary>
    public long RoomNow(in TaskShape shape, long enough = long.MaxValue) => Nodes.RoomFor(shape, enough);

    private void ForgetRoom()
    {
        _roomWhenEmpty.Clear();
        _nodesVersion++;
    }

    private void CountInArray(string array, int by)
    {
        if ((_runningInArray[array] = RunningInArray(array) + by) == 0) _runningInArray.Remove(array);
    }

    private void GiveBack(Allocation allocation, int ranks)
    {
        for (var rank = 0; rank < ranks; rank++)
            Give(allocation.Nodes[rank], allocation.Request.PerTask, allocation.Placements[rank].Gpus);
    }
}
