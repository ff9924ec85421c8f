using System.Diagnostics;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Benchmarks.Scheduling;

/// <summary>One core with made-up nodes and jobs, as many pending as told, and the means to keep it as busy as it is.</summary>
internal sealed class BusyCluster
{
    private const int Seed = 20261124;

    private readonly Random _random = new(Seed);
    private readonly PriorityQueue<string, DateTimeOffset> _ends = new();
    private readonly Dictionary<string, JobRequest> _jobs = [];
    private readonly SchedulerCore _core;
    private readonly int _pending;
    private readonly int _users;
    private DateTimeOffset _now = SyntheticCluster.Start;
    private int _number;

    public BusyCluster(SchedulingPolicy policy, ClusterSize size)
    {
        (_pending, _users) = (size.Jobs, size.Users);
        _core = new SchedulerCore(policy);
        foreach (var node in SyntheticCluster.Nodes(size.Nodes)) _core.Apply(new NodeUp(_now, node));
        Refill();
        _now += TimeSpan.FromSeconds(1);
    }

    public int Pending => _core.PendingCount;

    public int Running => _core.AllocationCount;

    /// <summary>Starts so far.</summary>
    public int Starts { get; private set; }

    /// <summary>One cycle: planned and committed. Milliseconds of each.</summary>
    public (double Plan, double Commit) Cycle()
    {
        var begin = Stopwatch.GetTimestamp();
        var plan = _core.Plan(_now);
        var planned = Stopwatch.GetTimestamp();
        if (!plan.IsEmpty) _core.Commit(plan);
        var committed = Stopwatch.GetTimestamp();
        Follow(plan);
        return (Stopwatch.GetElapsedTime(begin, planned).TotalMilliseconds, Stopwatch.GetElapsedTime(planned, committed).TotalMilliseconds);
    }

    /// <summary>Brings the pending jobs back to as many as there were.</summary>
    public void Refill()
    {
        while (_core.PendingCount < _pending) _core.Apply(NewJob());
    }

    /// <summary>The next so many jobs end, and as many new ones come; no cycle.</summary>
    public void Change(int jobs)
    {
        for (var i = 0; i < jobs; i++)
        {
            if (NextEnd() is { } end) _core.Apply(end);
            _core.Apply(NewJob());
        }
    }

    /// <summary>One job ends, a new one comes, and a cycle: milliseconds of all that.</summary>
    public double OneEvent()
    {
        var end = NextEnd();
        var come = NewJob();
        var begin = Stopwatch.GetTimestamp();
        if (end is not null) _core.Apply(end);
        _core.Apply(come);
        var plan = _core.Plan(_now);
        if (!plan.IsEmpty) _core.Commit(plan);
        var took = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        Follow(plan);
        return took;
    }

    private JobQueued NewJob()
    {
        var job = SyntheticCluster.Job(_random, _number++, _users, _now);
        _jobs.Add(job.Job, job);
        return new JobQueued(_now, job);
    }

    private JobEnded? NextEnd()
    {
        if (!_ends.TryDequeue(out var job, out var at)) return null;
        _now = at;
        _jobs.Remove(job);
        return new JobEnded(at, job, 1, JobVerdict.Succeeded);
    }

    private void Follow(Plan plan)
    {
        foreach (var start in plan.Starts) _ends.Enqueue(start.Job, _now + SyntheticCluster.Run(_random, _jobs[start.Job]));
        Starts += plan.Starts.Count;
    }
}
