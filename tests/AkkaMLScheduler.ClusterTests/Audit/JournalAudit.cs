using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.ClusterTests.Audit;

/// <summary>What must hold in the journals of jobs, whatever was killed: one life for each job, one end for each task, no effect of an attempt that is over.</summary>
internal static class JournalAudit
{
    public static IEnumerable<string> Findings(Journal journal) =>
        Writers(journal).Concat(journal.JobEvents().SelectMany(job => Findings(job.Key, [.. job])));

    /// <summary>Two living instances under one persistence id would show as a sequence with gaps, doubles, or writers that take turns.</summary>
    private static IEnumerable<string> Writers(Journal journal)
    {
        foreach (var one in journal.Records.GroupBy(record => record.PersistenceId))
        {
            var stored = one.OrderBy(record => record.SequenceNumber).ToList();
            if (!stored.Select(record => record.SequenceNumber).SequenceEqual(Enumerable.Range(1, stored.Count).Select(number => (long)number)))
                yield return $"{one.Key}: sequence numbers {string.Join(',', stored.Select(record => record.SequenceNumber))} are not 1 to {stored.Count}";
            var before = new HashSet<string>();
            for (var i = 0; i < stored.Count; i++)
            {
                if (i > 0 && stored[i].Writer != stored[i - 1].Writer && !before.Add(stored[i].Writer))
                    yield return $"{one.Key}: writer {stored[i].Writer} comes back at {stored[i].SequenceNumber} after another had taken over";
                if (i == 0) before.Add(stored[i].Writer);
            }
        }
    }

    private static IEnumerable<string> Findings(string job, IReadOnlyList<IJobEvent> events)
    {
        var attempt = 0;
        var open = false;
        var ended = new Dictionary<int, TaskEnd>();
        var ranks = 0;
        var checkpoints = new HashSet<(int Attempt, int Rank, long Step)>();
        if (events[0] is not JobEvents.Submitted) yield return $"job {job} begins with {events[0]}";
        if (events.OfType<JobEvents.Submitted>().Count() != 1) yield return $"job {job} was submitted {events.OfType<JobEvents.Submitted>().Count()} times";
        if (events.OfType<JobEvents.Ended>().Count() != 1) yield return $"job {job} has {events.OfType<JobEvents.Ended>().Count()} ends";
        if (events[^1] is not JobEvents.Ended) yield return $"job {job} has something after its end: {events[^1]}";
        foreach (var e in events)
        {
            switch (e)
            {
                case JobEvents.AttemptStarted s:
                    if (open) yield return $"job {job}: attempt {s.Attempt} starts while {attempt} is under way";
                    if (s.Attempt != attempt + 1) yield return $"job {job}: attempt {s.Attempt} follows {attempt}";
                    (attempt, open, ranks) = (s.Attempt, true, s.Placements.Count);
                    ended.Clear();
                    break;
                case JobEvents.AttemptRunning r when !open || r.Attempt != attempt:
                    yield return $"job {job}: attempt {r.Attempt} runs, current is {attempt}";
                    break;
                case JobEvents.CheckpointSaved c:
                    if (!open || c.Attempt != attempt || ended.ContainsKey(c.Rank))
                        yield return $"job {job}: a checkpoint of attempt {c.Attempt} rank {c.Rank} step {c.Step} counted in attempt {attempt}";
                    if (!checkpoints.Add((c.Attempt, c.Rank, c.Step)))
                        yield return $"job {job}: the checkpoint of attempt {c.Attempt} rank {c.Rank} step {c.Step} counted twice";
                    break;
                case JobEvents.TaskEnded t:
                    if (!open || t.Attempt != attempt) yield return $"job {job}: rank {t.Rank} of attempt {t.Attempt} ends in attempt {attempt}";
                    if (!ended.TryAdd(t.Rank, t.End)) yield return $"job {job}: rank {t.Rank} of attempt {t.Attempt} ends twice";
                    break;
                case JobEvents.AttemptEnded a:
                    if (!open || a.Attempt != attempt) yield return $"job {job}: attempt {a.Attempt} ends, current is {attempt}";
                    if (ended.Count != ranks) yield return $"job {job}: attempt {a.Attempt} ends with {ended.Count} of {ranks} ranks ended";
                    open = false;
                    break;
                case JobEvents.Requeued q when open || q.NextAttempt != attempt + 1:
                    yield return $"job {job}: queued for attempt {q.NextAttempt} in attempt {attempt}";
                    break;
                case JobEvents.Ended end:
                    if (open) yield return $"job {job} ended while attempt {attempt} is under way";
                    if (end.Status == JobStatus.Succeeded && !LastStepIsSaved(events, ranks))
                        yield return $"job {job} succeeded, but not every rank has saved its last step";
                    break;
            }
        }
    }

    /// <summary>Stepped workloads save their last step, in the last attempt or in an earlier one that died just after.</summary>
    private static bool LastStepIsSaved(IReadOnlyList<IJobEvent> events, int ranks)
    {
        var spec = ((JobEvents.Submitted)events[0]).Spec;
        if (!spec.Run.With.TryGetValue("steps", out var steps)) return true;
        return events.OfType<JobEvents.CheckpointSaved>()
            .Where(c => c.Step == long.Parse(steps, System.Globalization.CultureInfo.InvariantCulture))
            .Select(c => c.Rank).Distinct().Count() == ranks;
    }
}
