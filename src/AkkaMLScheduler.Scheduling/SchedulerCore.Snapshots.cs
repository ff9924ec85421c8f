using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling;

/// <content>State out and in, for snapshots and for what-if.</content>
public sealed partial class SchedulerCore
{
    /// <summary>The whole state; a core made from it with <see cref="Import"/> decides the same from then on.</summary>
    public SchedulerSnapshot Export() => new(
        SchedulerSnapshot.CurrentFormat,
        Policy,
        [.. _cluster.Nodes.All.Select(node => node.Capacity).OrderBy(node => node.Node, StringComparer.Ordinal)],
        [.. _pending.All.OrderBy(job => job.Sequence).Select(job => new PendingRecord(job.Request, job.Sequence))],
        [.. _cluster.Allocations.OrderBy(held => held.Request.Job, StringComparer.Ordinal)
            .Select(held => new AllocationRecord(held.Request, held.StartedAt, held.Placements, held.Beneficiary))],
        [.. _ended.ByAge.Select(one => new JobAttempt(one.Key, one.Value))],
        [.. _lost.ByAge.Select(one => new NodeLife(one.Key.Node, one.Key.Incarnation))],
        _nextSequence,
        _lastInputAt);

    /// <summary>A core in the exported state.</summary>
    /// <exception cref="ArgumentException">The snapshot's format is not known.</exception>
    /// <exception cref="UnknownPolicyException">Its policy names something nobody registered.</exception>
    /// <exception cref="DecisionMismatchException">Its allocations do not fit its nodes: it is damaged.</exception>
    public static SchedulerCore Import(SchedulerSnapshot snapshot)
    {
        if (snapshot.Format != SchedulerSnapshot.CurrentFormat)
            throw new ArgumentException(
                $"The snapshot has format {snapshot.Format}; this version reads {SchedulerSnapshot.CurrentFormat}.", nameof(snapshot));
        var core = new SchedulerCore(snapshot.Policy) { _nextSequence = snapshot.NextSequence, _lastInputAt = snapshot.LastInputAt };
        foreach (var node in snapshot.Nodes) core._cluster.Add(new NodeState(node));
        foreach (var record in snapshot.Pending)
            core._pending.Add(new PendingJob(record.Request, record.Sequence), snapshot.LastInputAt);
        foreach (var record in snapshot.Allocations)
        {
            var nodes = record.Placements.Select(placement => core.Living(placement) ?? Gone(placement)).ToArray();
            var held = new Allocation(record.Request, record.StartedAt, record.Placements, nodes);
            core._cluster.Book(held);
            if (record.Beneficiary is { } beneficiary) core._cluster.AskToStop(held, beneficiary);
        }

        foreach (var ended in snapshot.Ended) core._ended.Remember(ended.Job, ended.Attempt);
        foreach (var life in snapshot.LostNodes) core._lost.Remember((life.Node, life.Incarnation), true);
        return core;
    }

    /// <summary>An independent copy: what happens to one does not show in the other.</summary>
    public SchedulerCore Fork() => Import(Export());

    private static NodeState Gone(Placement placement) =>
        new(new NodeCapacity(placement.Node, placement.Incarnation, Resources.None, NodeCapacity.NoLabels)) { Live = false };
}
