using System.Text;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads;

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

    /// <summary>How far each log has been read: up to a byte of a segment.</summary>
    private readonly Dictionary<(int Attempt, int Rank), (int Segment, long Position)> _read = [];

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

    /// <param name="ended">Nothing will be added to it.</param>
    /// <returns>Whether there is more than was read this time.</returns>
    private async Task<bool> CopyNewLinesAsync(int ofAttempt, int ofRank, bool ended, Stream to, CancellationToken ct)
    {
        var segments = SegmentedLog.Segments(files.Log(job, ofAttempt, ofRank));
        if (segments.Count == 0) return false;
        var prefix = rank is not null && attempt is not null ? "" : $"{ofAttempt}.{ofRank} | ";
        var (number, position) = _read.GetValueOrDefault((ofAttempt, ofRank));
        if (number < segments[0].Number)
        {
            await to.WriteAsync(Encoding.UTF8.GetBytes($"{prefix}amls: older lines were dropped; amls.worker.log-max-bytes bounds a log\n"), ct);
            (number, position) = (segments[0].Number, 0);
        }

        var isLast = number == segments[^1].Number;
        var path = segments.First(segment => segment.Number == number).Path;
        if (await ReadAsync(path, position, ended || !isLast, ct) is not { } lines) return !isLast;
        if (lines.Bytes > 0)
        {
            await to.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines.Text.Split('\n').Select(line => prefix + line)) + "\n"), ct);
            position += lines.Bytes;
        }

        // A segment that has a successor grows no more: its end is followed by the successor's begin.
        _read[(ofAttempt, ofRank)] = lines.More || isLast ? (number, position) : (number + 1, 0);
        return lines.More || !isLast;
    }

    /// <param name="all">Also a last line without its end, because nothing will be added to it.</param>
    /// <returns>Null when the segment has just been dropped.</returns>
    private static async Task<(string Text, int Bytes, bool More)?> ReadAsync(string path, long position, bool all, CancellationToken ct)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = position;
            var chunk = new byte[MaxChunkBytes];
            var length = await file.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, ct);
            var more = length == chunk.Length;
            var end = Array.LastIndexOf(chunk, (byte)'\n', Math.Max(length - 1, 0), length) + 1;

            // A line longer than a chunk is cut; a last line without its end is taken once nothing can follow it.
            if ((end == 0 && more) || (all && !more)) end = length;
            return end == 0 ? ("", 0, more) : (Encoding.UTF8.GetString(chunk, 0, chunk[end - 1] == '\n' ? end - 1 : end), end, more);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
