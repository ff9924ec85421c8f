namespace AkkaMLScheduler.Simulator;

/// <summary>When the running attempts would end by their estimates.</summary>
internal sealed class PredictedEnds(RunningJobs running)
{
    private readonly PriorityQueue<RunningJob, (long At, int Index)> _next = new();

    public void Follow(RunningJob job) => _next.Enqueue(job, (job.PredictedEnd, job.Index));

    /// <summary>The attempts that still run and are predicted to end by this instant, each named once.</summary>
    public IEnumerable<RunningJob> UpTo(long now)
    {
        while (_next.TryPeek(out var job, out var due) && due.At <= now)
        {
            _next.Dequeue();
            if (running.Runs(job)) yield return job;
        }
    }
}
