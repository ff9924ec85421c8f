using AkkaMLScheduler.Contracts;
using LinqToDB;
using LinqToDB.Async;

namespace AkkaMLScheduler.Cluster.Projections;

/// <summary>Somebody who is to be told of a job's end.</summary>
/// <param name="Tries">That failed so far.</param>
public sealed record Notice(JobId Job, Uri Address, int Tries)
{
    /// <summary>From a job's end until nobody needs to be told any more.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);
}

/// <content>Who is still to be told of jobs' ends.</content>
public sealed partial class ReadTables
{
    /// <summary>Those whose time has come, the longest waiting first.</summary>
    public async Task<IReadOnlyList<Notice>> NoticesAsync(DateTimeOffset now, int most, CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        var due = await db.GetTable<NoticeRow>().Where(n => n.DueAt <= now).OrderBy(n => n.DueAt).Take(most).ToListAsync(ct);
        return [.. due.Select(n => new Notice(new JobId(n.JobId), new Uri(n.Address), n.Tries))];
    }

    /// <summary>Forgets it.</summary>
    public async Task ToldAsync(Notice notice, CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        await db.GetTable<NoticeRow>().Where(n => n.JobId == notice.Job.Value && n.Address == notice.Address.OriginalString).DeleteAsync(ct);
    }

    public async Task PutOffAsync(Notice notice, DateTimeOffset until, CancellationToken ct = default)
    {
        await using var db = catalog.OpenConnection();
        await db.GetTable<NoticeRow>().Where(n => n.JobId == notice.Job.Value && n.Address == notice.Address.OriginalString)
            .Set(n => n.DueAt, until).Set(n => n.Tries, n => n.Tries + 1).UpdateAsync(ct);
    }
}
