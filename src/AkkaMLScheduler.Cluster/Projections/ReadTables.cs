using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using LinqToDB;
using LinqToDB.Async;

namespace AkkaMLScheduler.Cluster.Projections;

/// <summary>
/// What lists, the dashboard and accounting read: tables that <see cref="ProjectionActor"/> builds from the journals and that can
/// be built again at any time. A little behind the journals (<c>amls.projection</c>), never ahead.
/// </summary>
public sealed partial class ReadTables(LakeCatalog catalog, TimeProvider time)
{
    private static readonly string[] Ended = [Word(JobStatus.Succeeded), Word(JobStatus.Failed), Word(JobStatus.Cancelled)];

    public async Task<IReadOnlyList<JobView>> JobsAsync(CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        var jobs = await db.GetTable<JobRow>().OrderBy(j => j.SubmittedAt).ThenBy(j => j.Id).ToListAsync(ct);
        var attempts = (await db.GetTable<AttemptRow>().ToListAsync(ct)).ToLookup(a => a.JobId);
        var checkpoints = (await db.GetTable<CheckpointRow>().GroupBy(c => c.JobId)
            .Select(g => new CheckpointCount(g.Key, g.Count(), g.Max(c => c.Step))).ToListAsync(ct)).ToDictionary(c => c.JobId);
        return [.. jobs.Select(j => View(j, [.. attempts[j.Id].OrderBy(a => a.Attempt)], checkpoints.GetValueOrDefault(j.Id)))];
    }

    /// <returns>Null when the read tables do not know the job (yet).</returns>
    public async Task<JobDetail?> JobAsync(JobId id, CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        var job = await db.GetTable<JobRow>().SingleOrDefaultAsync(j => j.Id == id.Value, ct);
        if (job is null) return null;
        var attempts = await db.GetTable<AttemptRow>().Where(a => a.JobId == id.Value).OrderBy(a => a.Attempt).ToListAsync(ct);
        var checkpoints = await db.GetTable<CheckpointRow>().Where(c => c.JobId == id.Value).OrderBy(c => c.SavedAt).ToListAsync(ct);
        return Detail(job, attempts, checkpoints);
    }

    /// <summary>What these tables will show of a job once they have come to its events; null when it was never submitted.</summary>
    public JobDetail? Detail(JobId id, IEnumerable<IJobEvent> events)
    {
        var (job, attempts, checkpoints) = JobRowsFold.RowsOf(id, events);
        return job is null ? null : Detail(job, attempts, checkpoints);
    }

    public async Task<bool> KnowsAsync(JobId id, CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        return await db.GetTable<JobRow>().AnyAsync(j => j.Id == id.Value, ct);
    }

    public async Task<bool> KnowsNodeAsync(string node, CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        return await db.GetTable<NodeRow>().AnyAsync(n => n.Name == node, ct);
    }

    /// <summary>Whether the job has ended, as far as is known, and its attempts so far: what can be asked often.</summary>
    public async Task<(bool Ended, IReadOnlyList<AttemptView> Attempts)> AttemptsAsync(JobId id, CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        var ended = await db.GetTable<JobRow>().AnyAsync(j => j.Id == id.Value && Ended.Contains(j.Status), ct);
        var attempts = await db.GetTable<AttemptRow>().Where(a => a.JobId == id.Value).OrderBy(a => a.Attempt).ToListAsync(ct);
        return (ended, [.. attempts.Select(View)]);
    }

    public async Task<IReadOnlyList<NodeView>> NodesAsync(CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        var nodes = await db.GetTable<NodeRow>().OrderBy(n => n.Name).ToListAsync(ct);
        var closed = await db.GetTable<ClosedNodeRow>().ToDictionaryAsync(n => n.Name, n => n.State, ct);
        var running = await (
            from attempt in db.GetTable<AttemptRow>()
            where attempt.EndedAt == null
            join job in db.GetTable<JobRow>() on attempt.JobId equals job.Id
            select new { attempt.PlacementsJson, job.MilliCpu, job.MemoryBytes, job.Gpus }).ToListAsync(ct);
        var used = running
            .SelectMany(r => Read(r.PlacementsJson, ReadTablesJson.Default.IReadOnlyListTaskPlacement), (r, p) => (p.Node, p.Incarnation, r))
            .ToLookup(u => (u.Node, u.Incarnation), u => u.r);
        return
        [
            .. nodes.Select(n =>
            {
                var held = used[(n.Name, n.Incarnation)].ToList();
                return new NodeView(
                    n.Name, n.Status == ReadTablesWriter.Up ? closed.GetValueOrDefault(n.Name, n.Status) : n.Status, new ResourceSpec(n.MilliCpu, n.MemoryBytes, n.Gpus),
                    new ResourceSpec(held.Sum(h => h.MilliCpu), held.Sum(h => h.MemoryBytes), held.Sum(h => h.Gpus)),
                    Read(n.LabelsJson, ReadTablesJson.Default.IReadOnlyDictionaryStringString), n.Since);
            }),
        ];
    }

    /// <summary>The jobs that have not ended, for the scheduler to compare with its ledger.</summary>
    public async Task<IReadOnlyList<JobId>> OpenJobsAsync(CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        return [.. (await db.GetTable<JobRow>().Where(j => !Ended.Contains(j.Status)).Select(j => j.Id).ToListAsync(ct)).Select(id => new JobId(id))];
    }

    /// <summary>The inputs of the jobs that have not ended, each once, as they were pinned.</summary>
    public async Task<IReadOnlyCollection<string>> InputsOfOpenJobsAsync(CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        var specs = await db.GetTable<JobRow>().Where(j => !Ended.Contains(j.Status)).Select(j => j.SpecJson).ToListAsync(ct);
        return specs.SelectMany(json => JsonSerializer.Deserialize(json, ReadTablesJson.Default.JobSpec)!.Inputs).ToHashSet(StringComparer.Ordinal);
    }

    internal static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private JobDetail Detail(JobRow job, IReadOnlyList<AttemptRow> attempts, IReadOnlyList<CheckpointRow> checkpoints)
    {
        var count = checkpoints.Count == 0 ? null : new CheckpointCount(job.Id, checkpoints.Count, checkpoints.Max(c => c.Step));
        return new JobDetail(
            View(job, attempts, count), Read(job.SpecJson, ReadTablesJson.Default.JobSpec), [.. attempts.Select(View)], [.. checkpoints.Select(View)]);
    }

    private JobView View(JobRow j, IReadOnlyList<AttemptRow> attempts, CheckpointCount? checkpoints)
    {
        var now = time.GetUtcNow();
        var status = Enum.Parse<JobStatus>(j.Status, ignoreCase: true);
        return new JobView(
            j.Id, j.Name, j.Workload, status, j.Priority, j.Tasks, new ResourceSpec(j.MilliCpu, j.MemoryBytes, j.Gpus), attempts.Count,
            j.SubmittedBy, j.SubmittedAt, j.StartedAt, j.EndedAt, ((j.StartedAt ?? j.EndedAt ?? now) - j.SubmittedAt).TotalSeconds,
            attempts.Sum(a => ((a.EndedAt ?? now) - a.StartedAt).TotalSeconds), checkpoints?.Count ?? 0, checkpoints?.LastStep,
            attempts.LastOrDefault(a => a.ResumeStep is not null)?.ResumeStep, Count(attempts, AttemptEnd.Preempted),
            Count(attempts, AttemptEnd.Failed), Count(attempts, AttemptEnd.Interrupted), j.Reason, j.Queue);
    }

    private static int Count(IEnumerable<AttemptRow> attempts, AttemptEnd end) => attempts.Count(a => a.EndedAs == Word(end));

    private static AttemptView View(AttemptRow a) => new(
        a.Attempt, a.StartedAt, a.RunningAt, a.EndedAt, a.EndedAs is null ? null : Enum.Parse<AttemptEnd>(a.EndedAs, ignoreCase: true), a.Reason,
        a.ResumeStep, Read(a.PlacementsJson, ReadTablesJson.Default.IReadOnlyListTaskPlacement))
    {
        Software = a.SoftwareJson is null ? null : Read(a.SoftwareJson, ReadTablesJson.Default.IReadOnlyDictionaryStringString),
    };

    private static CheckpointView View(CheckpointRow c) => new(
        c.Attempt, c.Rank, c.Step, c.Uri, c.Sha256, c.Bytes, Read(c.MetricsJson, ReadTablesJson.Default.IReadOnlyDictionaryStringDouble), c.SavedAt);

    private static T Read<T>(string json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)!;

    private sealed record CheckpointCount(string JobId, int Count, long LastStep);
}
