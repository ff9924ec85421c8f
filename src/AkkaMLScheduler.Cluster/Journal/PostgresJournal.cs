using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql.Journal;
using Akka.Serialization;
using Npgsql;

namespace AkkaMLScheduler.Cluster.Journal;

/// <summary>
/// The library's SQL journal with what jobs do by the thousand gathered into shared statements: it reads for one recovering actor at a time,
/// each in a transaction of its own, and writes rows as text that PostgreSQL has to parse. Tables and rows are the library's, so is
/// everything else.
/// </summary>
public sealed class PostgresJournal : SqlWriteJournal
{
    /// <summary>Longer stretches are streamed by the library, alone and in batches.</summary>
    private const int MaxSharedReplay = 1_000;

    private const string Insert = """
        INSERT INTO journal (deleted, persistence_id, sequence_number, created, tags, message, identifier, manifest, writer_uuid)
        SELECT false, r.id, r.number, r.created, '', r.message, r.serializer, r.manifest, r.writer
        FROM unnest(@ids, @numbers, @created, @messages, @serializers, @manifests, @writers)
            AS r(id, number, created, message, serializer, manifest, writer)
        """;

    // The limits keep the planner to one look into the index for each id, whatever it believes of the table's size.
    private const string HighestQuery = """
        SELECT w.id, j.sequence_number FROM unnest(@ids) AS w(id) CROSS JOIN LATERAL (
            SELECT sequence_number FROM journal WHERE persistence_id = w.id ORDER BY sequence_number DESC LIMIT 1) AS j
        """;

    private static readonly string ReplayQuery = $"""
        SELECT w.number, j.sequence_number, j.message, j.identifier, coalesce(j.manifest, ''), coalesce(j.writer_uuid, ''), j.created
        FROM unnest(@ids, @from, @to) WITH ORDINALITY AS w(id, first, last, number) CROSS JOIN LATERAL (
            SELECT sequence_number, message, identifier, manifest, writer_uuid, created
            FROM journal WHERE persistence_id = w.id AND sequence_number BETWEEN w.first AND w.last AND NOT deleted
            ORDER BY sequence_number LIMIT {MaxSharedReplay}) AS j
        ORDER BY w.number, j.sequence_number
        """;

    private readonly NpgsqlDataSource _database;
    private readonly Akka.Serialization.Serialization _serialization;
    private readonly SharedQuery<string, long> _highest;
    private readonly SharedQuery<Stretch, IReadOnlyList<IPersistentRepresentation>> _replays;
    private readonly SharedQuery<IReadOnlyList<Row>, bool> _writes;
    private readonly string _writer = Guid.NewGuid().ToString("n");

    /// <summary>Ids whose writes are under way: what is read of them has to wait, as the library does.</summary>
    private readonly ConcurrentDictionary<string, int> _writing = [];

    public PostgresJournal(Config config)
        : base(config)
    {
        _database = PreparedStatements.Of(config);
        _serialization = Context.System.Serialization;
        _highest = new SharedQuery<string, long>(HighestAsync);
        _replays = new SharedQuery<Stretch, IReadOnlyList<IPersistentRepresentation>>(StretchesAsync);
        _writes = new SharedQuery<IReadOnlyList<Row>, bool>(InsertAsync);
    }

    protected override void PostStop()
    {
        base.PostStop();
        _database.Dispose();
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        _writing.ContainsKey(persistenceId)
            ? base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr, cancellationToken)
            : _highest.AskAsync(persistenceId);

    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        if (max < MaxSharedReplay || toSequenceNr - fromSequenceNr >= MaxSharedReplay)
        {
            await base.ReplayMessagesAsync(context, persistenceId, fromSequenceNr, toSequenceNr, max, recoveryCallback);
            return;
        }

        foreach (var stored in await _replays.AskAsync(new Stretch(persistenceId, fromSequenceNr, toSequenceNr)) ?? []) recoveryCallback(stored);
    }

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToList();
        var id = writes[0].PersistenceId;
        _writing.AddOrUpdate(id, 1, (_, count) => count + 1);
        try
        {
            // What cannot be serialized is refused as the library refuses it.
            if (Rows(writes) is not { } rows) return await base.WriteMessagesAsync(writes, cancellationToken);
            await _writes.AskAsync(rows);

            // What the base class takes for "none was refused", though its signature does not say so.
            return null!;
        }
        finally
        {
            if (_writing.AddOrUpdate(id, 0, (_, count) => count - 1) == 0) _writing.TryRemove(new KeyValuePair<string, int>(id, 0));
        }
    }

    private IReadOnlyList<Row>? Rows(List<AtomicWrite> writes)
    {
        try
        {
            return [.. writes.SelectMany(write => (IImmutableList<IPersistentRepresentation>)write.Payload).Select(ToRow)];
        }
        catch (Exception)
        {
            return null;
        }
    }

    private Row ToRow(IPersistentRepresentation representation)
    {
        var serializer = (SerializerWithStringManifest)_serialization.FindSerializerForType(representation.Payload.GetType());
        return new Row(
            representation.PersistenceId, representation.SequenceNr, serializer.ToBinary(representation.Payload), serializer.Identifier,
            serializer.Manifest(representation.Payload));
    }

    private async Task<IReadOnlyDictionary<IReadOnlyList<Row>, bool>> InsertAsync(IReadOnlyList<IReadOnlyList<Row>> writes)
    {
        Row[] rows = [.. writes.SelectMany(write => write)];
        var now = TimeProvider.System.GetUtcNow().UtcTicks;
        await using var command = _database.CreateCommand(Insert);
        command.Parameters.Add(new("ids", Array.ConvertAll(rows, r => r.Id)));
        command.Parameters.Add(new("numbers", Array.ConvertAll(rows, r => r.Number)));
        command.Parameters.Add(new("created", Array.ConvertAll(rows, _ => now)));
        command.Parameters.Add(new("messages", Array.ConvertAll(rows, r => r.Message)));
        command.Parameters.Add(new("serializers", Array.ConvertAll(rows, r => r.Serializer)));
        command.Parameters.Add(new("manifests", Array.ConvertAll(rows, r => r.Manifest)));
        command.Parameters.Add(new("writers", Array.ConvertAll(rows, _ => _writer)));
        await command.ExecuteNonQueryAsync();
        return ImmutableDictionary<IReadOnlyList<Row>, bool>.Empty;
    }

    private async Task<IReadOnlyDictionary<string, long>> HighestAsync(IReadOnlyList<string> ids)
    {
        await using var command = _database.CreateCommand(HighestQuery);
        command.Parameters.Add(new("ids", ids.ToArray()));
        await using var rows = await command.ExecuteReaderAsync();
        var found = new Dictionary<string, long>();
        while (await rows.ReadAsync()) found.Add(rows.GetString(0), rows.GetInt64(1));
        return found;
    }

    private async Task<IReadOnlyDictionary<Stretch, IReadOnlyList<IPersistentRepresentation>>> StretchesAsync(IReadOnlyList<Stretch> stretches)
    {
        await using var command = _database.CreateCommand(ReplayQuery);
        command.Parameters.Add(new("ids", stretches.Select(s => s.Id).ToArray()));
        command.Parameters.Add(new("from", stretches.Select(s => s.From).ToArray()));
        command.Parameters.Add(new("to", stretches.Select(s => s.To).ToArray()));
        await using var rows = await command.ExecuteReaderAsync();
        var found = stretches.ToDictionary(s => s, IReadOnlyList<IPersistentRepresentation> (_) => new List<IPersistentRepresentation>());
        while (await rows.ReadAsync())
        {
            var stretch = stretches[(int)rows.GetInt64(0) - 1];
            var manifest = rows.GetString(4);
            ((List<IPersistentRepresentation>)found[stretch]).Add(new Persistent(
                _serialization.Deserialize(rows.GetFieldValue<byte[]>(2), rows.GetInt32(3), manifest),
                rows.GetInt64(1), stretch.Id, manifest, isDeleted: false, ActorRefs.NoSender, rows.GetString(5), rows.GetInt64(6)));
        }

        return found;
    }

    private readonly record struct Stretch(string Id, long From, long To);

    private readonly record struct Row(string Id, long Number, byte[] Message, int Serializer, string Manifest);
}
