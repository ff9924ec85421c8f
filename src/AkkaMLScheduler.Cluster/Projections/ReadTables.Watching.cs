using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Cluster.Projections;

/// <content>What those who follow many jobs read: a few jobs by id, a page of all, and whether anything has changed at all.</content>
public sealed partial class ReadTables
{
    /// <summary>Ids in one query; more would make it longer than some databases take.</summary>
    private const int MaxIdsOfOneQuery = 500;

    /// <summary>The journal's ordering number that the tables stand at: the same number, the same tables.</summary>
    public async Task<long> OffsetAsync(CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        return await db.GetTable<ProjectionRow>().Select(p => p.Offset).SingleOrDefaultAsync(ct);
    }

    /// <returns>Those of the jobs that the tables know.</returns>
    public async Task<IReadOnlyList<JobView>> JobsAsync(IReadOnlyCollection<JobId> ids, CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        var views = new List<JobView>(ids.Count);
        foreach (var chunk in ids.Select(id => id.Value).Chunk(MaxIdsOfOneQuery))
            views.AddRange(await ViewsAsync(db, await db.GetTable<JobRow>().Where(j => chunk.Contains(j.Id)).ToListAsync(ct), ct));
        return views;
    }

    /// <summary>Jobs in the order of their ids.</summary>
    /// <param name="after">Only those behind this id; null from the first.</param>
    public async Task<IReadOnlyList<JobView>> PageAsync(JobId? after, int limit, CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        var from = after?.Value ?? "";
        var page = db.GetTable<JobRow>().Where(j => string.Compare(j.Id, from) > 0).OrderBy(j => j.Id).Take(limit);
        return await ViewsAsync(db, await page.ToListAsync(ct), ct);
    }

    private async Task<IReadOnlyList<JobView>> ViewsAsync(DataConnection db, IReadOnlyList<JobRow> jobs, CancellationToken ct)
    {
        string[] ids = [.. jobs.Select(j => j.Id)];
        var attempts = (await db.GetTable<AttemptRow>().Where(a => ids.Contains(a.JobId)).ToListAsync(ct)).ToLookup(a => a.JobId);
        var checkpoints = (await db.GetTable<CheckpointRow>().Where(c => ids.Contains(c.JobId)).GroupBy(c => c.JobId)
            .Select(g => new CheckpointCount(g.Key, g.Count(), g.Max(c => c.Step))).ToListAsync(ct)).ToDictionary(c => c.JobId);
        return [.. jobs.Select(j => View(j, [.. attempts[j.Id].OrderBy(a => a.Attempt)], checkpoints.GetValueOrDefault(j.Id)))];
    }
}
