using System.Globalization;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.ClusterTests.Audit;

/// <summary>When one rank of one attempt really ran: the times of the first and the last line of its log.</summary>
internal sealed record TaskRun(string Job, int Attempt, int Rank, DateTimeOffset First, DateTimeOffset Last);

/// <summary>
/// What tasks wrote about themselves while they ran, whatever the journals say: no attempt ran before the one before it had stopped, and
/// what ran on a node together fitted there.
/// </summary>
internal static class TaskLogs
{
    public static IReadOnlyList<TaskRun> Read(string dataDir)
    {
        var root = Path.Combine(dataDir, "logs");
        var runs = new List<TaskRun>();
        foreach (var file in Directory.EnumerateFiles(root, "rank-*.log", SearchOption.AllDirectories))
        {
            var words = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar);
            var times = File.ReadLines(file).Select(TimeOf).OfType<DateTimeOffset>().ToList();
            if (times.Count > 0)
                runs.Add(new TaskRun(words[0], Number(words[1]), Number(Path.GetFileNameWithoutExtension(words[2])), times.Min(), times.Max()));
        }

        return runs;
    }

    public static IEnumerable<string> Findings(IReadOnlyList<TaskRun> runs, ILookup<string, IJobEvent> journal)
    {
        foreach (var job in runs.GroupBy(run => run.Job))
        {
            foreach (var later in job)
            {
                foreach (var earlier in job.Where(run => run.Attempt < later.Attempt && run.Last >= later.First))
                {
                    yield return $"job {job.Key}: rank {earlier.Rank} of attempt {earlier.Attempt} still wrote at {earlier.Last:O}, "
                        + $"rank {later.Rank} of attempt {later.Attempt} had begun at {later.First:O}";
                }
            }
        }

        foreach (var finding in Crowded(runs, journal)) yield return finding;
    }

    private static IEnumerable<string> Crowded(IReadOnlyList<TaskRun> runs, ILookup<string, IJobEvent> journal)
    {
        var placed = journal.SelectMany(job => job).OfType<JobEvents.AttemptStarted>()
            .SelectMany(e => e.Placements, (e, place) => (Key: (e.JobId.Value, e.Attempt, place.Rank), Place: place))
            .ToDictionary(p => p.Key, p => p.Place);
        foreach (var run in runs.Where(run => !placed.ContainsKey((run.Job, run.Attempt, run.Rank))))
            yield return $"job {run.Job}: rank {run.Rank} of attempt {run.Attempt} ran without having been placed";
        var slots = runs
            .Where(run => placed.ContainsKey((run.Job, run.Attempt, run.Rank)))
            .SelectMany(run => placed[(run.Job, run.Attempt, run.Rank)] is var place ? place.Gpus.Select(gpu => (place.Node, gpu, run)) : [])
            .GroupBy(slot => (slot.Node, slot.gpu));
        foreach (var slot in slots)
        {
            var inTurn = slot.Select(s => s.run).OrderBy(run => run.First).ToList();
            for (var i = 1; i < inTurn.Count; i++)
            {
                if (inTurn[i - 1].Last >= inTurn[i].First)
                    yield return $"GPU {slot.Key.gpu} of {slot.Key.Node} was used by two at once: {inTurn[i - 1]} and {inTurn[i]}";
            }
        }
    }

    /// <summary>The time that a line of a stepped workload begins with.</summary>
    private static DateTimeOffset? TimeOf(string line) =>
        DateTimeOffset.TryParseExact(
            line.Split(' ', 2)[0], "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    private static int Number(string name) => int.Parse(name[(name.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);
}
