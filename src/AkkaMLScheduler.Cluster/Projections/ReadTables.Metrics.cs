using System.Text.Json;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Cluster.Projections;

/// <content>The series of the tasks' metrics.</content>
public sealed partial class ReadTables
{
    /// <summary>What a rank has told of its progress, in the order of attempts and steps.</summary>
    /// <param name="attempt">Only this one; null for all.</param>
    /// <param name="most">Points at most, at least two; of more, evenly spaced ones with the first and the last.</param>
    public async Task<IReadOnlyList<MetricPointView>> MetricsAsync(JobId id, int rank, int? attempt, int most, CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        var rows = await db.GetTable<MetricRow>()
            .Where(m => m.JobId == id.Value && m.Rank == rank && (attempt == null || m.Attempt == attempt))
            .OrderBy(m => m.Attempt).ThenBy(m => m.Step).ToListAsync(ct);
        var some = rows.Count <= most ? rows : [.. Enumerable.Range(0, most).Select(i => rows[(int)((long)i * (rows.Count - 1) / (most - 1))])];
        return [.. some.Select(m => new MetricPointView(m.Attempt, m.Step, m.At, Read(m.MetricsJson, ReadTablesJson.Default.IReadOnlyDictionaryStringDouble)))];
    }

    /// <summary>Adds points, each of another step of its task than those that are there.</summary>
    public async Task AddAsync(IReadOnlyList<TaskPoint> points, CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        await db.BulkCopyAsync(JobRowsFold.ManyRows, points.Select(Row), ct);
    }

    private static MetricRow Row(TaskPoint point) => new()
    {
        JobId = point.Job.Value,
        Attempt = point.Attempt,
        Rank = point.Rank,
        Step = point.Step,
        MetricsJson = JsonSerializer.Serialize(point.Metrics, ReadTablesJson.Default.IReadOnlyDictionaryStringDouble),
        At = point.At,
    };
}

/// <summary>What a task told of one step.</summary>
public sealed record TaskPoint(JobId Job, int Attempt, int Rank, long Step, DateTimeOffset At, IReadOnlyDictionary<string, double> Metrics);
