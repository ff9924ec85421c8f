using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql.Snapshot;
using Npgsql;

namespace AkkaMLScheduler.Cluster.Journal;

/// <summary>The library's SQL snapshot store, with the newest snapshots of recovering actors read in shared queries; see <see cref="PostgresJournal"/>.</summary>
public sealed class PostgresSnapshots : SqlSnapshotStore
{
    private const string NewestQuery = """
        SELECT s.* FROM unnest(@ids) AS w(id) CROSS JOIN LATERAL (
            SELECT persistence_id, sequence_number, created, snapshot, serializer_id, coalesce(manifest, '')
            FROM snapshot WHERE persistence_id = w.id ORDER BY sequence_number DESC LIMIT 1) AS s
        """;

    private readonly NpgsqlDataSource _database;
    private readonly Akka.Serialization.Serialization _serialization;
    private readonly SharedQuery<string, SelectedSnapshot> _newest;

    public PostgresSnapshots(Config config)
        : base(config)
    {
        _database = PreparedStatements.Of(config);
        _serialization = Context.System.Serialization;
        _newest = new SharedQuery<string, SelectedSnapshot>(NewestAsync);
    }

    protected override void PostStop()
    {
        base.PostStop();
        _database.Dispose();
    }

    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        criteria.MaxSequenceNr == long.MaxValue && criteria.MaxTimeStamp == DateTime.MaxValue
            ? _newest.AskAsync(persistenceId)
            : base.LoadAsync(persistenceId, criteria, cancellationToken)!;

    private async Task<IReadOnlyDictionary<string, SelectedSnapshot>> NewestAsync(IReadOnlyList<string> ids)
    {
        await using var command = _database.CreateCommand(NewestQuery);
        command.Parameters.Add(new("ids", ids.ToArray()));
        await using var rows = await command.ExecuteReaderAsync();
        var found = new Dictionary<string, SelectedSnapshot>();
        while (await rows.ReadAsync())
        {
            var metadata = new SnapshotMetadata(rows.GetString(0), rows.GetInt64(1), new DateTime(rows.GetInt64(2), DateTimeKind.Utc));
            found.Add(metadata.PersistenceId, new SelectedSnapshot(
                metadata, _serialization.Deserialize(rows.GetFieldValue<byte[]>(3), rows.GetInt32(4), rows.GetString(5))));
        }

        return found;
    }
}
