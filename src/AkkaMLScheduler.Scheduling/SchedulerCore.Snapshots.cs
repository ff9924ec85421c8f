using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling;

/// <content>State out and in, for snapshots and for what-if.</content>
public sealed partial class SchedulerCore
{
    /// <summary>The whole state; a core made from it with <see cref="Import"/> decides the same from then on.</summary>
    public SchedulerSnapshot Export()
    {
        GiveBack();
        return new SchedulerSnapshot(
            SchedulerSnapshot.CurrentFormat,
            Policy,
            [.. _cluster.Nodes.All.Select(node => node.Capacity).OrderBy(node => node.Node, StringComparer.Ordinal)],
            [.. _pending.All.OrderBy(job => job.Sequence)
                .Select(job => new PendingRecord(job.Request, job.Sequence, job.Held, job.Promised, job.Reservation))],
            [.. _cluster.Allocations.OrderBy(held => held.Request.Job, StringComparer.Ordinal).Select(Record)],
            [.. _ended.ByAge.Select(one => new JobAttempt(one.Key, one.Value))],
            [.. _lost.ByAge.Select(one => new NodeLife(one.Key.Node, one.Key.Incarnation))],
            _nextSequence,
            _lastInputAt)
        {
            Queues = _cluster.Queues.Specs,
            Closed = [.. _cluster.Closed.Select(one => new ClosedNode(one.Key, one.Value))],
            Leaving = [.. _cluster.Leaving.Select(node => node.Name).Order(StringComparer.Ordinal)],
            TypicalTasks = _cluster.Typical.Told,
            TasksSeen = _cluster.Typical.Seen,
            TasksLearned = _cluster.Typical.Learned,
            Over = [.. _over.ByAge.Select(one => new JobOver(one.Key, one.Value))],
            CompressionDue = _compressionDue,
            Unsettled = _unsettled,
        };
    }

    /// <summary>A core in the exported state.</summary>
    /// <exception cref="ArgumentException">The snapshot's format is not known.</exception>
    /// <exception cref="UnknownPolicyException">Its policy names something nobody registered.</exception>
    /// <exception cref="DecisionMismatchException">Its allocations do not fit its nodes: it is damaged.</exception>
    public static SchedulerCore Import(SchedulerSnapshot snapshot)
    {
        if (snapshot.Format != SchedulerSnapshot.CurrentFormat)
            throw new ArgumentException(
                $"The snapshot has format {snapshot.Format}; this version reads {SchedulerSnapshot.CurrentFormat}.", nameof(snapshot));
        var core = new SchedulerCore(snapshot.Policy)
        {
            _nextSequence = snapshot.NextSequence,
            _lastInputAt = snapshot.LastInputAt,
            _seenUntil = snapshot.LastInputAt,
        };
        core._cluster.Queues.Specify(snapshot.Queues);
        core._cluster.Typical.Import(snapshot.TypicalTasks, snapshot.TasksSeen, snapshot.TasksLearned);
        foreach (var (name, drained) in snapshot.Closed) core._cluster.Closed.Add(name, drained);
        foreach (var node in snapshot.Nodes)
        {
            var isLeaving = snapshot.Leaving.Contains(node.Node, StringComparer.Ordinal);
            var state = new NodeState(node) { IsOpen = !isLeaving && !core._cluster.Closed.ContainsKey(node.Node) };
            if (isLeaving) core._cluster.Leaving.Add(state);
            core._cluster.Add(state);
        }

        foreach (var over in snapshot.Over) core._over.Remember(over.Job, over.Verdict);
        foreach (var record in snapshot.Pending) core.Add(record);
        foreach (var record in snapshot.Allocations) core.Add(record);
        foreach (var ended in snapshot.Ended) core._ended.Remember(ended.Job, ended.Attempt);
        foreach (var life in snapshot.LostNodes) core._lost.Remember((life.Node, life.Incarnation), true);
        core._compressionDue = snapshot.CompressionDue;
        core._unsettled = snapshot.Unsettled;
        return core;
    }

    /// <summary>An independent copy: what happens to one does not show in the other.</summary>
    public SchedulerCore Fork() => Import(Export());

    private static AllocationRecord Record(Allocation held) => new(held.Request, held.StartedAt, held.Placements)
    {
        SavedAt = held.SavedAt,
        Stopping = held.Stopping,
        Beneficiary = held.Beneficiary,
    };

    private static NodeState Gone(Placement placement) =>
        new(new NodeCapacity(placement.Node, placement.Incarnation, Resources.None, NodeCapacity.NoLabels)) { Live = false };

    private void Add(PendingRecord record)
    {
        var job = new PendingJob(record.Request, record.Sequence, _cluster.Queues.Find(record.Request.Queue)) { Held = record.Held };
        Add(job);
        if (record.Promised) _pending.Promise(job);
        if (record.Reservation is { } reservation) Reserve(reservation);
    }

    private void Add(AllocationRecord record)
    {
        var nodes = record.Placements.Select(placement => Living(placement) ?? Gone(placement)).ToArray();
        var queue = _cluster.Queues.Find(record.Request.Queue);
        var held = new Allocation(record.Request, queue, record.StartedAt, record.Placements, nodes) { SavedAt = record.SavedAt };
        _cluster.Book(held);
        if (record.Stopping) _cluster.AskToStop(held, record.Beneficiary);
    }
}
