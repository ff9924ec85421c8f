using System.Text.Json;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Contracts;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Cluster.Projections;

/// <summary>
/// Applies a batch of events to the rows of the jobs they speak of: rows are read once, changed in memory and written once, so that a
/// batch costs a handful of statements, however many events it has.
/// </summary>
internal sealed class JobRowsFold
{
    /// <summary>COPY on PostgreSQL, which spares it the planning of long statements; rows of one INSERT on SQLite.</summary>
    internal static readonly BulkCopyOptions ManyRows = new() { BulkCopyType = BulkCopyType.ProviderSpecific };

    private readonly Dictionary<string, JobRow> _jobs;
    private readonly Dictionary<string, AttemptRow> _open;
    private readonly List<AttemptRow> _ended = [];
    private readonly List<CheckpointRow> _checkpoints = [];
    private readonly List<NoticeRow> _notices = [];
    private readonly string[] _ids;

    private JobRowsFold(string[] ids, Dictionary<string, JobRow> jobs, Dictionary<string, AttemptRow> open) => (_ids, _jobs, _open) = (ids, jobs, open);

    /// <summary>The rows of one job of which nothing was written yet; the job's own is null when no event says that it was submitted.</summary>
    public static (JobRow? Job, IReadOnlyList<AttemptRow> Attempts, IReadOnlyList<CheckpointRow> Checkpoints) RowsOf(JobId id, IEnumerable<IJobEvent> events)
    {
        var fold = new JobRowsFold([id.Value], [], []);
        foreach (var e in events) fold.Apply(e);
        return (fold._jobs.GetValueOrDefault(id.Value), [.. fold._ended, .. fold._open.Values], fold._checkpoints);
    }

    public static async Task<JobRowsFold> ReadAsync(DataConnection db, IEnumerable<IJobEvent> events, CancellationToken ct)
    {
        string[] ids = [.. events.Select(e => e.JobId.Value).Distinct()];
        return new JobRowsFold(
            ids,
            await db.GetTable<JobRow>().Where(j => ids.Contains(j.Id)).ToDictionaryAsync(j => j.Id, ct),
            await db.GetTable<AttemptRow>().Where(a => ids.Contains(a.JobId) && a.EndedAt == null).ToDictionaryAsync(a => a.JobId, ct));
    }

    public void Apply(IJobEvent @event)
    {
        if (@event is JobEvents.Submitted submitted)
        {
            _jobs[submitted.JobId.Value] = Row(submitted);
            return;
        }

        if (!_jobs.TryGetValue(@event.JobId.Value, out var job)) return;
        switch (@event)
        {
            case JobEvents.Held:
                job.Held = true;
                Turn(job, JobTurn.Hold);
                break;
            case JobEvents.Resumed:
                job.Held = false;
                Turn(job, JobTurn.Resume);
                break;
            case JobEvents.AttemptStarted e:
                _open[job.Id] = Row(e);
                job.StartedAt ??= e.At;
                Turn(job, JobTurn.Place, "");
                break;
            case JobEvents.AttemptRunning e:
                if (_open.TryGetValue(job.Id, out var attempt))
                {
                    attempt.RunningAt = e.At;
                    attempt.SoftwareJson = e.Software is null ? null : JsonSerializer.Serialize(e.Software, ReadTablesJson.Default.IReadOnlyDictionaryStringString);
                }

                Turn(job, JobTurn.Run, "");
                break;
            case JobEvents.CheckpointSaved e:
                _checkpoints.Add(Row(e));
                break;
            case JobEvents.TaskEnded { End: not TaskEnd.Succeeded } e:
                Turn(job, JobTurn.RankLost, e.Reason);
                break;
            case JobEvents.PreemptionRequested e:
                Turn(job, JobTurn.Preempt, $"preempted for job '{e.Beneficiary}'");
                break;
            case JobEvents.VacationRequested e:
                Turn(job, JobTurn.Stop, e.Reason);
                break;
            case JobEvents.TimeLimitReached or JobEvents.CancellationRequested:
                Turn(job, JobTurn.Stop);
                break;
            case JobEvents.AttemptEnded e:
                EndAttempt(job, e);
                break;
            case JobEvents.Requeued e:
                Turn(job, JobLifecycle.TurnOf(e, job.Held));
                break;
            case JobEvents.Ended e:
                job.EndedAt = e.At;
                _notices.AddRange(NoticesOf(job, e.At));
                job.Status = ReadTables.Word(e.Status);
                job.Reason = e.Reason;
                break;
        }
    }

    public async Task WriteAsync(DataConnection db, CancellationToken ct)
    {
        await db.GetTable<JobRow>().Where(j => _ids.Contains(j.Id)).DeleteAsync(ct);
        await db.GetTable<AttemptRow>().Where(a => _ids.Contains(a.JobId) && a.EndedAt == null).DeleteAsync(ct);
        await db.BulkCopyAsync(ManyRows, _jobs.Values, ct);
        await db.BulkCopyAsync(ManyRows, _ended.Concat(_open.Values), ct);
        foreach (var checkpoint in _checkpoints) await db.InsertOrReplaceAsync(checkpoint, token: ct);
        foreach (var notice in _notices) await db.InsertOrReplaceAsync(notice, token: ct);
    }

    private static IEnumerable<NoticeRow> NoticesOf(JobRow job, DateTimeOffset ended)
    {
        // Most jobs tell nobody, and their specs need not be read.
        if (!job.SpecJson.Contains("\"notify\":[", StringComparison.Ordinal)) return [];
        return (JsonSerializer.Deserialize(job.SpecJson, ReadTablesJson.Default.JobSpec)!.Notify ?? [])
            .Select(address => new NoticeRow { JobId = job.Id, Address = address, DueAt = ended });
    }

    private void EndAttempt(JobRow job, JobEvents.AttemptEnded e)
    {
        job.Reason = e.Reason;
        if (!_open.Remove(job.Id, out var attempt)) return;
        attempt.EndedAt = e.At;
        attempt.EndedAs = ReadTables.Word(e.End);
        attempt.Reason = e.Reason;
        _ended.Add(attempt);
    }

    /// <summary>The same table of turns that the job itself goes by; what is not in it leaves the status as it is.</summary>
    private static void Turn(JobRow job, JobTurn turn, string? reason = null)
    {
        if (Enum.Parse<JobStatus>(job.Status, ignoreCase: true).After(turn) is { } to) job.Status = ReadTables.Word(to);
        if (reason is not null) job.Reason = reason;
    }

    private static JobRow Row(JobEvents.Submitted e) => new()
    {
        Id = e.JobId.Value,
        Name = e.Spec.Name,
        Queue = e.Spec.Queue ?? JobSpec.DefaultQueue,
        Held = e.Spec.Hold,
        Workload = e.Spec.Run.Type,
        Status = ReadTables.Word(JobLifecycle.First(e.Spec)),
        Priority = e.Spec.Priority,
        Tasks = e.Spec.Tasks,
        MilliCpu = e.Spec.Resources.MilliCpu,
        MemoryBytes = e.Spec.Resources.MemoryBytes,
        Gpus = e.Spec.Resources.Gpus,
        SpecJson = JsonSerializer.Serialize(e.Spec, ReadTablesJson.Default.JobSpec),
        SubmittedBy = e.SubmittedBy,
        SubmittedAt = e.At,
    };

    private static AttemptRow Row(JobEvents.AttemptStarted e) => new()
    {
        JobId = e.JobId.Value,
        Attempt = e.Attempt,
        StartedAt = e.At,
        ResumeStep = e.ResumeStep,
        PlacementsJson = JsonSerializer.Serialize(e.Placements, ReadTablesJson.Default.IReadOnlyListTaskPlacement),
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
}
