using System.Text.Json;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Scheduling;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Cluster.Projections;

/// <summary>Turns events into rows. Rows and the journal's offset go into one transaction, so that each event is applied once.</summary>
public sealed class ReadTablesWriter(LakeCatalog catalog)
{
    internal const string Up = "up";
    private const string Lost = "lost";
    private const string ProjectionName = "jobs";

    public async Task<long> OffsetAsync(CancellationToken ct)
    {
        await using var db = catalog.OpenConnection();
        return await db.GetTable<ProjectionRow>().Where(p => p.Name == ProjectionName).Select(p => p.Offset).SingleOrDefaultAsync(ct);
    }

    /// <param name="events">In journal order.</param>
    /// <param name="from">The offset that the tables stand at; if another projection has moved them, nothing is applied.</param>
    /// <param name="to">The journal's ordering number of the last of the events.</param>
    /// <exception cref="InvalidOperationException">The tables stand elsewhere.</exception>
    public async Task ApplyAsync(IReadOnlyCollection<object> events, long from, long to, CancellationToken ct)
    {
        await using var db = catalog.OpenConnection();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await MoveAsync(db, from, to, ct);
        var ofJobs = events.OfType<IJobEvent>().ToList();
        if (ofJobs.Count > 0)
        {
            var fold = await JobRowsFold.ReadAsync(db, ofJobs, ct);
            foreach (var e in ofJobs) fold.Apply(e);
            await fold.WriteAsync(db, ct);
        }

        foreach (var entry in events.OfType<LedgerEntry>())
            foreach (var input in entry.Inputs)
                await ApplyAsync(db, input, entry.At, ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task MoveAsync(DataConnection db, long from, long to, CancellationToken ct)
    {
        var moved = await db.GetTable<ProjectionRow>().Where(p => p.Name == ProjectionName && p.Offset == from).Set(p => p.Offset, to).UpdateAsync(ct);
        if (moved == 1) return;
        if (from != 0) throw new InvalidOperationException($"the read tables do not stand at {from}: another projection has moved them");
        await db.InsertAsync(new ProjectionRow { Name = ProjectionName, Offset = to }, token: ct);
    }

    private static Task ApplyAsync(DataConnection db, LedgerInput input, DateTimeOffset at, CancellationToken ct) => input switch
    {
        { NodeUp: { } up } => db.InsertOrReplaceAsync(Row(up.Capacity, at), token: ct),
        { NodeLost: { } lost } => db.GetTable<NodeRow>().Where(n => n.Name == lost.Node && n.Incarnation == lost.Incarnation)
            .Set(n => n.Status, Lost).Set(n => n.Since, at).UpdateAsync(ct),
        { NodeCordoned: { } cordoned } => db.InsertOrReplaceAsync(new ClosedNodeRow { Name = cordoned.Node, State = "cordoned" }, token: ct),
        { NodeDrained: { } drained } => db.InsertOrReplaceAsync(new ClosedNodeRow { Name = drained.Node, State = "drained" }, token: ct),
        { NodeUncordoned: { } opened } => db.GetTable<ClosedNodeRow>().Where(n => n.Name == opened.Node).DeleteAsync(ct),
        _ => Task.CompletedTask,
    };

    private static NodeRow Row(NodeCapacity up, DateTimeOffset at) => new()
    {
        Name = up.Node,
        Incarnation = up.Incarnation,
        Status = Up,
        MilliCpu = up.Capacity.MilliCpu,
        MemoryBytes = up.Capacity.MemoryBytes,
        Gpus = up.Capacity.GpuDevices,
        LabelsJson = JsonSerializer.Serialize(up.Labels, ReadTablesJson.Default.IReadOnlyDictionaryStringString),
        Since = at,
    };
}
