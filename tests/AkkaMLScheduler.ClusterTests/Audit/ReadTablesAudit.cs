using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.ClusterTests.Audit;

/// <summary>What lists show is what the journals hold: no event was lost on the way to the read tables and none counted twice.</summary>
internal static class ReadTablesAudit
{
    public static IEnumerable<string> Findings(IReadOnlyList<JobView> listed, ILookup<string, IJobEvent> journal)
    {
        var byId = listed.ToDictionary(job => job.Id);
        foreach (var job in journal)
        {
            if (!byId.TryGetValue(job.Key, out var view))
            {
                yield return $"job {job.Key} is in the journal and in no list";
                continue;
            }

            var ended = job.OfType<JobEvents.AttemptEnded>().ToList();
            var expected = (
                job.OfType<JobEvents.Ended>().FirstOrDefault()?.Status, job.OfType<JobEvents.AttemptStarted>().Count(),
                job.OfType<JobEvents.CheckpointSaved>().Count(), ended.Count(a => a.End == AttemptEnd.Failed),
                ended.Count(a => a.End == AttemptEnd.Interrupted), ended.Count(a => a.End == AttemptEnd.Preempted));
            (JobStatus?, int, int, int, int, int) shown =
                (view.Status, view.Attempts, view.Checkpoints, view.Failures, view.Interruptions, view.Preemptions);
            if (shown != expected)
                yield return $"job {job.Key} is listed with (status, attempts, checkpoints, failures, interruptions, preemptions) {shown}; its journal says {expected}";
        }
    }
}
