namespace AkkaMLScheduler.Simulator;

/// <summary>What runs, by when it ends; of those that end together the one that started first is first.</summary>
internal sealed class RunningJobs
{
    private readonly Dictionary<int, RunningJob> _byIndex = [];

    // Attempts that were stopped early stay in the heap until their turn comes, and are dropped then.
    private readonly PriorityQueue<RunningJob, (long End, long Started)> _byEnd = new();
    private long _started;

    public int Count => _byIndex.Count;

    /// <summary>The one that ends first; null when nothing runs.</summary>
    public RunningJob? First
    {
        get
        {
            while (_byEnd.TryPeek(out var first, out _))
            {
                if (Runs(first)) return first;
                _byEnd.Dequeue();
            }

            return null;
        }
    }

    public bool Runs(RunningJob job) => _byIndex.TryGetValue(job.Index, out var running) && ReferenceEquals(running, job);

    public void Add(RunningJob job)
    {
        _byIndex.Add(job.Index, job);
        _byEnd.Enqueue(job, (job.End, _started++));
    }

    /// <exception cref="InvalidOperationException">This attempt does not run.</exception>
    public RunningJob Remove(int index, int attempt)
    {
        if (!_byIndex.Remove(index, out var job) || job.Attempt != attempt)
            throw new InvalidOperationException($"Attempt {attempt} of job {index} does not run.");
        return job;
    }
}
