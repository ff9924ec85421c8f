namespace AkkaMLScheduler.Simulator;

/// <summary>When the running attempts save their work: each after every so many seconds of running.</summary>
internal sealed class Checkpoints(RunningJobs running, long everySeconds)
{
    private readonly PriorityQueue<RunningJob, (long At, int Index)> _next = new();

    public void Follow(RunningJob job) => Plan(job, job.Start + everySeconds);

    /// <summary>Those that fall due up to this instant, in order of time. An attempt that ends then has nothing left to save.</summary>
    public IEnumerable<(long At, RunningJob Job)> UpTo(long now)
    {
        while (_next.TryPeek(out var job, out var due) && due.At <= now)
        {
            _next.Dequeue();
            if (!running.Runs(job)) continue;
            yield return (due.At, job);
            Plan(job, due.At + everySeconds);
        }
    }

    private void Plan(RunningJob job, long at)
    {
        if (at < job.End) _next.Enqueue(job, (at, job.Index));
    }
}
