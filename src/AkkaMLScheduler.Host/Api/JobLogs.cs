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

    /// <summary>Read of a file at once, so that the longest log costs no more memory than this.</summary>
    private const int MaxChunkBytes = 256 * 1024;

    private readonly Dictionary<(int Attempt, int Rank), long> _read = [];

    public async Task CopyToAsync(Stream to, bool follow, CancellationToken ct)
    {
        while (true)
        {
            var (ended, attempts) = await tables.AttemptsAsync(job, ct);
            var more = false;
            foreach (var a in attempts)
            {
                foreach (var p in a.Placements.Where(p => (rank ?? p.Rank) == p.Rank && (attempt ?? a.Attempt) == a.Attempt))
                    more |= await CopyNewLinesAsync(a.Attempt, p.Rank, ended, to, ct);
            }

            await to.FlushAsync(ct);
            if (more) continue;
            if (!follow || ended) return;
            await Task.Delay(PollInterval, ct);
        }
    }

    /// <param name="all">Also a last line without its end, because nothing will be added to it.</param>
    /// <returns>Whether the file holds more than was read this time.</returns>
    private async Task<bool> CopyNewLinesAsync(int ofAttempt, int ofRank, bool all, Stream to, CancellationToken ct)
    {
        var path = files.Log(job, ofAttempt, ofRank);
        if (!File.Exists(path)) return false;
        var prefix = rank is not null && attempt is not null ? "" : $"{ofAttempt}.{ofRank} | ";
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = _read.GetValueOrDefault((ofAttempt, ofRank));
        var chunk = new byte[MaxChunkBytes];
        var length = await file.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, ct);
        var more = length == chunk.Length;
        var end = Array.LastIndexOf(chunk, (byte)'\n', Math.Max(length - 1, 0), length) + 1;

        // A line longer than a chunk is cut; a last line without its end is taken once nothing can follow it.
        if ((end == 0 && more) || (all && !more)) end = length;
        if (end == 0) return false;
        _read[(ofAttempt, ofRank)] = _read.GetValueOrDefault((ofAttempt, ofRank)) + end;
        var lines = Encoding.UTF8.GetString(chunk, 0, chunk[end - 1] == '\n' ? end - 1 : end).Split('\n').Select(line => prefix + line);
        await to.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), ct);
        return more;
    }
}
