using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AkkaMLScheduler.Cluster.Wire;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>A ledger that cannot be read; the message says why.</summary>
public sealed class LedgerUnreadableException(string message) : Exception(message);

/// <summary>
/// Reads the scheduler's journal from its database, also while a cluster writes to it: entries as they are stored, in order, without an
/// actor system and without changing anything.
/// </summary>
/// <param name="connection">An open connection to the database of the journal; one query at a time.</param>
public sealed class LedgerReader(DbConnection connection)
{
    private static readonly IReadOnlyDictionary<string, JsonTypeInfo> Formats = LedgerSerializer.Types.ToDictionary(t => t.Manifest, t => t.Json);

    /// <summary>Sequence number of the oldest entry that is kept; null for an empty ledger.</summary>
    public async Task<long?> FirstAsync(CancellationToken ct = default)
    {
        await using var query = Query("SELECT min(sequence_number) FROM journal WHERE persistence_id = @id AND deleted = @deleted");
        Add(query, "@deleted", false);
        return await query.ExecuteScalarAsync(ct) as long?;
    }

    /// <summary>The snapshots that are kept, oldest first; usually one.</summary>
    public async Task<IReadOnlyList<StoredSnapshot>> SnapshotsAsync(CancellationToken ct = default)
    {
        await using var query = Query("SELECT sequence_number, manifest, snapshot FROM snapshot WHERE persistence_id = @id ORDER BY sequence_number");
        await using var rows = await query.ExecuteReaderAsync(ct);
        var snapshots = new List<StoredSnapshot>();
        while (await rows.ReadAsync(ct)) snapshots.Add(new StoredSnapshot(rows.GetInt64(0), Read<SchedulerSnapshot>(rows)));
        return snapshots;
    }

    /// <summary>The entries behind a sequence number, in order, read as they are taken.</summary>
    public async IAsyncEnumerable<StoredEntry> EntriesAsync(long after, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var query = Query(
            "SELECT sequence_number, manifest, message FROM journal WHERE persistence_id = @id AND deleted = @deleted AND sequence_number > @after ORDER BY sequence_number");
        Add(query, "@deleted", false);
        Add(query, "@after", after);
        await using var rows = await query.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) yield return new StoredEntry(rows.GetInt64(0), Read<LedgerEntry>(rows));
    }

    private static T Read<T>(DbDataReader row)
    {
        var (number, manifest) = (row.GetInt64(0), row.GetString(1));
        if (!Formats.TryGetValue(manifest, out var json))
            throw new LedgerUnreadableException($"entry {number} has the format '{manifest}', which this version does not know");
        try
        {
            return JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(2), json) is T value
                ? value
                : throw new LedgerUnreadableException($"entry {number} has the format '{manifest}', which is not that of a {typeof(T).Name}");
        }
        catch (JsonException e)
        {
            throw new LedgerUnreadableException($"entry {number} is damaged: {e.Message}");
        }
    }

    private DbCommand Query(string text)
    {
        var query = connection.CreateCommand();
        query.CommandText = text;
        Add(query, "@id", SchedulerActor.LedgerId);
        return query;
    }

    private static void Add(DbCommand query, string name, object value)
    {
        var parameter = query.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        query.Parameters.Add(parameter);
    }
}

public readonly record struct StoredEntry(long SequenceNumber, LedgerEntry Entry);

/// <param name="SequenceNumber">The state is that after this entry.</param>
public readonly record struct StoredSnapshot(long SequenceNumber, SchedulerSnapshot Snapshot);
