using System.Collections.Concurrent;
using System.Globalization;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>
/// Partitions that a consumer reads, from when they were assigned to it until they are taken away. Where a group shares a topic out
/// there is one after the other; where partitions are given by hand there is only one.
/// </summary>
/// <param name="claim">Where each partition goes on; a partition without an offset is read from its oldest record.</param>
public sealed class KafkaAssignment(SourceClaim claim)
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<int, long> _committed = new();
    private volatile bool _isLost;

    public SourceClaim Claim => claim;

    /// <summary>Others may read the partitions by now: what is not committed must be dropped.</summary>
    public bool IsLost => _isLost;

    /// <summary>Completes when all that was delivered is committed, after the batch that is its last.</summary>
    internal Task Settled => _settled.Task;

    internal void Lose() => _isLost = true;

    internal void Settle() => _settled.TrySetResult();

    /// <summary>The offset from which a partition is read; null = its oldest record.</summary>
    internal long? StartOf(int partition) => claim.Offsets.TryGetValue(Text(partition), out var next) ? next : null;

    /// <summary>Notes what a commit has moved, for <see cref="TakeCommitted"/>.</summary>
    internal void Note(IReadOnlyList<OffsetAdvance> commits)
    {
        foreach (var commit in commits)
        {
            if (IsPartition(commit.Partition, out var partition))
                _committed[partition] = commit.Next;
        }
    }

    /// <summary>Partition → first offset not yet committed, of those that moved since the last call.</summary>
    internal IEnumerable<(int Partition, long Next)> TakeCommitted()
    {
        foreach (var partition in _committed.Keys)
        {
            if (_committed.TryRemove(partition, out var next))
                yield return (partition, next);
        }
    }

    /// <summary>Whether it names a partition: others among a source's offsets note what the source is.</summary>
    internal static bool IsPartition(string text, out int partition) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out partition);

    internal static string Text(int partition) => partition.ToString(CultureInfo.InvariantCulture);
}
