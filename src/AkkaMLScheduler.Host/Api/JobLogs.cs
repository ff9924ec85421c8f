using System.Text;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Host.Api;

/// <summary>
/// The log files of a job's tasks as one text. Lines of several tasks are told apart by <c>attempt.rank |</c> in front; those of a single
/// one come as they are.
/// </summary>
public sealed class JobLogs(JobId job, TaskFiles files, ReadTables tables, int? rank, int? attempt)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<(int Attempt, int Rank), long> _read = [];

    public async Task CopyToAsync(Stream to, bool follow, CancellationToken ct)
    {
        while (true)
        {
            var detail = await tables.JobAsync(job, ct);
            var ended = detail is null || detail.Job.Status.IsTerminal();
            foreach (var a in detail?.Attempts ?? [])
            {
                foreach (var p in a.Placements.Where(p => (rank ?? p.Rank) == p.Rank && (attempt ?? a.Attempt) == a.Attempt))
                    await CopyNewLinesAsync(a.Attempt, p.Rank, ended, to, ct);
            }

            await to.FlushAsync(ct);
            if (!follow || ended) return;
            await Task.Delay(PollInterval, ct);
        }
    }

    /// <param name="all">Also a last line without its end, because nothing will be added to it.</param>
    private async Task CopyNewLinesAsync(int ofAttempt, int ofRank, bool all, Stream to, CancellationToken ct)
    {
        var path = files.Log(job, ofAttempt, ofRank);
        if (!File.Exists(path)) return;
        var prefix = rank is not null && attempt is not null ? "" : $"{ofAttempt}.{ofRank} | ";
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = _read.GetValueOrDefault((ofAttempt, ofRank));
        using var reader = new StreamReader(file, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(ct);
        var end = all ? text.Length : text.LastIndexOf('\n') + 1;
        if (end == 0) return;
        _read[(ofAttempt, ofRank)] = _read.GetValueOrDefault((ofAttempt, ofRank)) + Encoding.UTF8.GetByteCount(text.AsSpan(0, end));
        var lines = text[..end].TrimEnd('\n').Split('\n').Select(line => prefix + line);
        await to.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), ct);
    }
}
