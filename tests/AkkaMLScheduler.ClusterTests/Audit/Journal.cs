using System.Text;
using System.Text.Json;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Cluster.Wire;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Wire;
using Npgsql;

namespace AkkaMLScheduler.ClusterTests.Audit;

/// <summary>One row of the journal's table.</summary>
/// <param name="Writer">The instance that wrote it; another after each recovery.</param>
internal sealed record JournalRecord(long Ordering, string PersistenceId, long SequenceNumber, string Writer, string Manifest, byte[] Message)
{
    public override string ToString() => $"{Ordering} {PersistenceId} {SequenceNumber} {Writer} {Manifest} {Encoding.UTF8.GetString(Message)}";
}

/// <summary>Everything that was ever stored, read from the database by SQL.</summary>
internal sealed class Journal
{
    private static readonly Dictionary<string, WireType> Types =
        ContractsSerializer.Types.Concat(LedgerSerializer.Types).ToDictionary(type => type.Manifest);

    private Journal(IReadOnlyList<JournalRecord> records) => Records = records;

    /// <summary>In the order of the table.</summary>
    public IReadOnlyList<JournalRecord> Records { get; }

    public static async Task<Journal> ReadAsync(string database)
    {
        var records = new List<JournalRecord>();
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var query = new NpgsqlCommand(
            "SELECT ordering, persistence_id, sequence_number, writer_uuid, manifest, message FROM journal ORDER BY ordering", connection);
        await using var rows = await query.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            records.Add(new JournalRecord(
                rows.GetInt64(0), rows.GetString(1), rows.GetInt64(2), rows.IsDBNull(3) ? "" : rows.GetString(3), rows.GetString(4),
                rows.GetFieldValue<byte[]>(5)));
        }

        return new Journal(records);
    }

    /// <summary>By job, its events in the order in which they were stored.</summary>
    public ILookup<string, IJobEvent> JobEvents() => Records
        .Where(record => record.PersistenceId.StartsWith("job-", StringComparison.Ordinal))
        .OrderBy(record => record.SequenceNumber)
        .ToLookup(record => record.PersistenceId["job-".Length..], record => (IJobEvent)Read(record));

    public IEnumerable<LedgerEntry> Ledger() => Records
        .Where(record => record.PersistenceId == "scheduler").OrderBy(record => record.SequenceNumber).Select(record => (LedgerEntry)Read(record));

    private static object Read(JournalRecord record) => JsonSerializer.Deserialize(record.Message, Types[record.Manifest].Json)!;
}
