using System.Text.Json;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Contracts;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Cluster.Projections;

/// <summary>Turns events into rows. Rows and the journal's offset go into one transaction, so that each event is applied once.</summary>
public sealed class ReadTablesWriter(LakeCatalog catalog)
{
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
    public async Task ApplyAsync(IEnumerable<object> events, long from, long to, CancellationToken ct)
    {
        await using var db = catalog.OpenConnection();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await MoveAsync(db, from, to, ct);
        foreach (var e in events)
        {
            if (e is IJobEvent job) await ApplyAsync(db, job, ct);
            else if (e is LedgerEntry entry) await ApplyAsync(db, entry, ct);
        }

        await transaction.CommitAsync(ct);
    }

    private static async Task MoveAsync(DataConnection db, long from, long to, CancellationToken ct)
    {
        var moved = await db.GetTable<ProjectionRow>().Where(p => p.Name == ProjectionName && p.Offset == from).Set(p => p.Offset, to).UpdateAsync(ct);
        if (moved == 1) return;
        if (from != 0) throw new InvalidOperationException($"the read tables do not stand at {from}: another projection has moved them");
        await db.InsertAsync(new ProjectionRow { Name = ProjectionName, Offset = to }, token: ct);
    }

    private static Task ApplyAsync(DataConnection db, IJobEvent @event, CancellationToken ct) => @event switch
    {
        JobEvents.Submitted e => db.InsertAsync(Row(e), token: ct),
        JobEvents.AttemptStarted e => StartAsync(db, e, ct),
        JobEvents.AttemptRunning e => RunAsync(db, e, ct),
        JobEvents.CheckpointSaved e => db.InsertOrReplaceAsync(Row(e), token: ct),
        JobEvents.TaskEnded { End: not TaskEnd.Succeeded } e => SetStatusAsync(db, e.JobId, JobStatus.Stopping, e.Reason, ct),
        JobEvents.PreemptionRequested e => SetStatusAsync(db, e.JobId, JobStatus.Stopping, $"preempted for job '{e.Beneficiary}'", ct),
        JobEvents.CancellationRequested e => StopAsync(db, e.JobId, ct),
        JobEvents.AttemptEnded e => EndAttemptAsync(db, e, ct),
        JobEvents.Requeued e => SetStatusAsync(db, e.JobId, e.EligibleAt > e.At ? JobStatus.Retrying : JobStatus.Pending, null, ct),
        JobEvents.Ended e => EndAsync(db, e, ct),
        _ => Task.CompletedTask,
    };

    private static async Task ApplyAsync(DataConnection db, LedgerEntry entry, CancellationToken ct)
    {
        foreach (var input in entry.Inputs)
        {
            if (input.NodeUp is { Capacity: var up })
            {
                await db.InsertOrReplaceAsync(
                    new NodeRow
                    {
                        Name = up.Node,
                        Incarnation = up.Incarnation,
                        Status = "up",
                        MilliCpu = up.Capacity.MilliCpu,
                        MemoryBytes = up.Capacity.MemoryBytes,
                        Gpus = up.Capacity.GpuDevices,
                        LabelsJson = JsonSerializer.Serialize(up.Labels, ReadTablesJson.Default.IReadOnlyDictionaryStringString),
                        Since = entry.At,
                    },
                    token: ct);
            }
            else if (input.NodeLost is { } lost)
            {
                await db.GetTable<NodeRow>().Where(n => n.Name == lost.Node && n.Incarnation == lost.Incarnation)
                    .Set(n => n.Status, "lost").Set(n => n.Since, entry.At).UpdateAsync(ct);
            }
        }
    }

    private static JobRow Row(JobEvents.Submitted e) => new()
    {
        Id = e.JobId.Value,
        Name = e.Spec.Name,
        Workload = e.Spec.Run.Type,
        Status = ReadTables.Word(JobStatus.Pending),
        Priority = e.Spec.Priority,
        Tasks = e.Spec.Tasks,
        MilliCpu = e.Spec.Resources.MilliCpu,
        MemoryBytes = e.Spec.Resources.MemoryBytes,
        Gpus = e.Spec.Resources.Gpus,
        SpecJson = JsonSerializer.Serialize(e.Spec, ReadTablesJson.Default.JobSpec),
        SubmittedBy = e.SubmittedBy,
        SubmittedAt = e.At,
    };

    private static CheckpointRow Row(JobEvents.CheckpointSaved e) => new()
    {
        JobId = e.JobId.Value,
        Attempt = e.Attempt,
        Rank = e.Rank,
        Step = e.Step,
        Uri = e.Uri,
        Sha256 = e.Sha256,
        Bytes = e.Bytes,
        MetricsJson = JsonSerializer.Serialize(e.Metrics, ReadTablesJson.Default.IReadOnlyDictionaryStringDouble),
        SavedAt = e.At,
    };

    private static async Task StartAsync(DataConnection db, JobEvents.AttemptStarted e, CancellationToken ct)
    {
        var row = new AttemptRow
        {
            JobId = e.JobId.Value,
            Attempt = e.Attempt,
            StartedAt = e.At,
            ResumeStep = e.ResumeStep,
            PlacementsJson = JsonSerializer.Serialize(e.Placements, ReadTablesJson.Default.IReadOnlyListTaskPlacement),
        };
        await db.InsertAsync(row, token: ct);
        await Job(db, e.JobId).Where(j => j.StartedAt == null).Set(j => j.StartedAt, e.At).UpdateAsync(ct);
        await SetStatusAsync(db, e.JobId, JobStatus.Starting, "", ct);
    }

    private static async Task RunAsync(DataConnection db, JobEvents.AttemptRunning e, CancellationToken ct)
    {
        await Attempt(db, e.JobId, e.Attempt).Set(a => a.RunningAt, e.At).UpdateAsync(ct);
        await SetStatusAsync(db, e.JobId, JobStatus.Running, "", ct);
    }

    private static async Task EndAttemptAsync(DataConnection db, JobEvents.AttemptEnded e, CancellationToken ct)
    {
        await Attempt(db, e.JobId, e.Attempt)
            .Set(a => a.EndedAt, e.At).Set(a => a.EndedAs, ReadTables.Word(e.End)).Set(a => a.Reason, e.Reason).UpdateAsync(ct);
        await Job(db, e.JobId).Set(j => j.Reason, e.Reason).UpdateAsync(ct);
    }

    private static async Task EndAsync(DataConnection db, JobEvents.Ended e, CancellationToken ct)
    {
        await Job(db, e.JobId).Set(j => j.EndedAt, e.At).UpdateAsync(ct);
        await SetStatusAsync(db, e.JobId, e.Status, e.Reason, ct);
    }

    private static Task<int> StopAsync(DataConnection db, JobId id, CancellationToken ct)
    {
        string[] active = [ReadTables.Word(JobStatus.Starting), ReadTables.Word(JobStatus.Running)];
        return Job(db, id).Where(j => active.Contains(j.Status)).Set(j => j.Status, ReadTables.Word(JobStatus.Stopping)).UpdateAsync(ct);
    }

    private static Task<int> SetStatusAsync(DataConnection db, JobId id, JobStatus status, string? reason, CancellationToken ct)
    {
        var update = Job(db, id).Set(j => j.Status, ReadTables.Word(status));
        return (reason is null ? update : update.Set(j => j.Reason, reason)).UpdateAsync(ct);
    }

    private static IQueryable<JobRow> Job(DataConnection db, JobId id) => db.GetTable<JobRow>().Where(j => j.Id == id.Value);

    private static IQueryable<AttemptRow> Attempt(DataConnection db, JobId id, int attempt) =>
        db.GetTable<AttemptRow>().Where(a => a.JobId == id.Value && a.Attempt == attempt);
}
