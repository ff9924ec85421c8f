using System.Globalization;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>
/// Reads the table of Philly jobs: when submitted, how long it ran, GPUs, GPU-seconds (not used), virtual cluster. The rows come in any
/// order and have no ids (a job is called by its row, from 1) and no estimates (the run time stands for them). The user is the virtual
/// cluster: the trace says no more. CPU and memory are not in it, so a job asks for none.
/// </summary>
internal static class PhillyReader
{
    public static readonly IReadOnlyList<string> Columns = ["timestamp", "duration", "num_gpus", "cluster"];

    private static readonly string[] TimeFormats = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss"];

    public static Trace Read(TextReader text)
    {
        var jobs = new List<(long Submitted, long Run, long Gpus, string User, int Row)>();
        var malformed = new MalformedLines();
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        using var rows = new CsvRows(text, Columns);
        for (var row = 1; rows.Read(); row++)
            if (Parse(rows, out var submitted, out var run, out var gpus) is { } problem)
                malformed.Add(rows.Line, problem);
            else
                jobs.Add((submitted, run, gpus, Interned(users, rows.Text(3)), row));
        var origin = jobs.Count == 0 ? 0 : jobs.Min(job => job.Submitted);
        return new Trace(
            [.. jobs.Select(job =>
                TraceJob.OfGpus(job.Row.ToString(CultureInfo.InvariantCulture), job.Submitted - origin, job.Run, job.Gpus * Resources.PerGpu)
                    with
                { User = job.User })],
            malformed.First, malformed.Count, null)
        { Format = TraceFormat.Philly };
    }

    private static string? Parse(CsvRows rows, out long submitted, out long run, out long gpus)
    {
        submitted = run = gpus = 0;
        var time = rows.Text(0);
        if (!DateTime.TryParseExact(time, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            return $"timestamp is \"{CsvRows.Shown(time)}\", not a time such as 2017-10-09 07:01:55";
        if (rows.Number(1, out var duration) is { } noDuration) return noDuration;
        if (rows.Number(2, out var asked) is { } noGpus) return noGpus;
        if (asked is < 1 or > NodeCapacity.MaxGpus || asked != Math.Floor(asked))
            return $"num_gpus is {asked.ToString(CultureInfo.InvariantCulture)}; a job has 1 to {NodeCapacity.MaxGpus} whole GPUs";
        submitted = new DateTimeOffset(at).ToUnixTimeSeconds();
        run = Math.Max(1, (long)Math.Round(duration));
        gpus = (long)asked;
        return null;
    }

    private static string Interned(Dictionary<string, string> users, ReadOnlySpan<char> user)
    {
        var lookup = users.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(user, out var known)) return known;
        var fresh = user.ToString();
        users.Add(fresh, fresh);
        return fresh;
    }
}
