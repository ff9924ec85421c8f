using System.Data.Common;
using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using LinqToDB.DataProvider.PostgreSQL;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// Claims and offsets of a source's partitions, inside the caller's transaction: a few statements for all of them, for a topic may have
/// thousands.
/// </summary>
internal sealed class SourcePartitions(DataConnection connection, string source, DateTimeOffset now)
{
    private static readonly BulkCopyOptions ManyRows = new() { BulkCopyType = BulkCopyType.MultipleRows };

    private IQueryable<SourceOffsetRow> Offsets => connection.GetTable<SourceOffsetRow>().Where(row => row.Source == source);

    /// <exception cref="SnapshotConflictException">Another claimed one of them for the first time just now.</exception>
    public async Task<SourceClaim> ClaimAsync(IReadOnlyCollection<string> partitions, string writer, CancellationToken ct)
    {
        var known = (await LockAsync(partitions, ct).ConfigureAwait(false)).ToDictionary(row => row.Partition, row => row.Epoch + 1);
        await Claims(known.Keys)
            .Set(row => row.Epoch, row => row.Epoch + 1)
            .Set(row => row.Writer, writer)
            .Set(row => row.ClaimedAt, now)
            .UpdateAsync(ct).ConfigureAwait(false);
        var unknown = partitions.Except(known.Keys).Order(StringComparer.Ordinal) // in one order, as they are locked
            .Select(partition => new WriterEpochRow { Source = source, Partition = partition, Epoch = 1, Writer = writer, ClaimedAt = now })
            .ToList();
        try
        {
            await connection.BulkCopyAsync(ManyRows, unknown, ct).ConfigureAwait(false);
        }
        catch (DbException error) when (CatalogDatabase.IsKeyConflict(error))
        {
            throw new SnapshotConflictException(error);
        }

        foreach (var row in unknown)
            known[row.Partition] = row.Epoch;

        // Asked for once the claims are locked: a commit of a former writer has ended by then, and none can follow.
        var offsets = await Offsets.ToDictionaryAsync(row => row.Partition, row => row.Next, ct).ConfigureAwait(false);
        return new SourceClaim(known, offsets);
    }

    /// <summary>
    /// Compare and set. Only a commit moves offsets, and it holds the lock of the snapshot id: what is read here stays so until it ends.
    /// </summary>
    /// <exception cref="WriterFencedException">A partition was claimed by another since.</exception>
    /// <exception cref="OffsetConflictException">A stored offset is not the expected one.</exception>
    public async Task AdvanceAsync(IReadOnlyList<OffsetAdvance> advances, CancellationToken ct)
    {
        await HoldAsync(advances.Where(advance => advance.Epoch is not null), ct).ConfigureAwait(false);
        var partitions = advances.Select(advance => advance.Partition).ToList();
        var moving = Offsets.Where(row => partitions.Contains(row.Partition));
        var stored = await moving.ToDictionaryAsync(row => row.Partition, row => row.Next, ct).ConfigureAwait(false);
        foreach (var (_, partition, expected, _) in advances)
        {
            long? found = stored.TryGetValue(partition, out var next) ? next : null;
            if (found != expected)
                throw new OffsetConflictException(source, partition, expected, found);
        }

        if (stored.Count > 0)
            await moving.DeleteAsync(ct).ConfigureAwait(false);
        var moved = advances.Select(advance => new SourceOffsetRow { Source = source, Partition = advance.Partition, Next = advance.Next, UpdatedAt = now });
        await connection.BulkCopyAsync(ManyRows, moved, ct).ConfigureAwait(false);
    }

    /// <summary>Locks the claims until the end of the transaction: who claims a partition meanwhile waits, and then finds its offset moved.</summary>
    private async Task HoldAsync(IEnumerable<OffsetAdvance> claimed, CancellationToken ct)
    {
        var epochs = claimed.ToDictionary(advance => advance.Partition, advance => advance.Epoch!.Value);
        if (epochs.Count == 0)
            return;
        var owners = (await LockAsync(epochs.Keys, ct).ConfigureAwait(false)).ToDictionary(row => row.Partition);
        foreach (var (partition, epoch) in epochs)
        {
            var owner = owners.GetValueOrDefault(partition);
            if (owner?.Epoch != epoch)
                throw new WriterFencedException(source, partition, epoch, owner?.Writer);
        }
    }

    private IQueryable<WriterEpochRow> Claims(IReadOnlyCollection<string> partitions)
        => connection.GetTable<WriterEpochRow>().Where(row => row.Source == source && partitions.Contains(row.Partition));

    /// <summary>All in one order, or two transactions could each wait for the other. SQLite has one writer at a time anyway.</summary>
    private Task<List<WriterEpochRow>> LockAsync(IReadOnlyCollection<string> partitions, CancellationToken ct)
        => Claims(partitions).OrderBy(row => row.Partition).AsPostgreSQL().ForUpdateHint().ToListAsync(ct);
}
