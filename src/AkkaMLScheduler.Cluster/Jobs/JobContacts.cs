using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Jobs;

/// <summary>
/// What a running <see cref="JobActor"/> has heard back, and from that what it still owes. Not stored: after a restart everything is
/// owed again, and every receiver takes a repetition for what it is.
/// </summary>
public sealed class JobContacts
{
    private readonly Dictionary<int, string> _endpoints = [];
    private readonly HashSet<int> _started = [];
    private int _enqueued;
    private int _released;
    private int _holdSet;
    private int _attempt;

    /// <summary>What runs the current attempt, as the first rank that said so has it.</summary>
    public IReadOnlyDictionary<string, string>? Software { get; private set; }

    public void Hear(Dispatch.Enqueued ack) => _enqueued = Math.Max(_enqueued, ack.Attempt);

    public void Hear(Dispatch.Released ack) => _released = Math.Max(_released, ack.Attempt);

    public void Hear(Dispatch.HoldSet ack) => _holdSet = Math.Max(_holdSet, ack.Change);

    /// <summary>The scheduler does not know how the job stands: whatever it has acknowledged is said again.</summary>
    public void Forget() => (_enqueued, _released, _holdSet) = (0, 0, 0);

    /// <returns>Whether this completes the addresses, so that the gang can run. Only then is anything new owed: a gang of a thousand must not answer each report with a thousand messages.</returns>
    public bool Hear(WorkerReports.TaskReady report, JobState job)
    {
        if (!Concerns(job, report.Attempt)) return false;
        var wasComplete = IsComplete(job);
        _endpoints[report.Rank] = report.Endpoint;
        return !wasComplete && IsComplete(job);
    }

    /// <returns>Whether every rank of the current attempt runs now.</returns>
    public bool Hear(WorkerReports.TaskStarted report, JobState job)
    {
        if (!Concerns(job, report.Attempt)) return false;
        _started.Add(report.Rank);
        Software ??= report.Software;

        // A single task runs without having been asked for its address.
        _endpoints.TryAdd(report.Rank, "");
        return job.Tasks.All(t => t.End is not null || _started.Contains(t.Placement.Rank));
    }

    /// <summary>Messages for the scheduler that it has not acknowledged, in the order in which they must arrive.</summary>
    public IEnumerable<ISchedulerCommand> OwedToScheduler(JobState job)
    {
        if (!job.IsKnown) yield break;
        if (job.Status.IsTerminal())
        {
            if (_released < job.Attempt) yield return new Dispatch.Release(job.Id, job.Attempt, job.Outcome);
            yield break;
        }

        if (job.Attempt > 1 && _released < job.Attempt - 1) yield return new Dispatch.Release(job.Id, job.Attempt - 1);
        if (job.Status.HasAttempt()) yield break;
        if (_enqueued < job.Attempt) yield return EnqueueOf(job);

        // The first request says how it stands; what has changed since is said apart.
        if (_holdSet < job.HoldChanges) yield return new Dispatch.SetHold(job.Id, job.HoldRequested, job.HoldChanges);
    }

    /// <summary>Messages for workers whose effect has not been reported yet.</summary>
    public IEnumerable<IWorkerCommand> OwedToWorkers(JobState job)
    {
        if (!job.Status.HasAttempt()) yield break;
        Concerns(job, job.Attempt);
        var open = job.Tasks.Where(t => t.End is null).Select(t => t.Placement);
        if (job.Status is JobStatus.Stopping or JobStatus.Preempting)
        {
            foreach (var p in open) yield return new WorkerCommands.StopTask(p.Node, p.Incarnation, job.Id, job.Attempt, p.Rank, StopReason(job));
            yield break;
        }

        var spec = job.Spec!;
        foreach (var p in open.Where(p => !_endpoints.ContainsKey(p.Rank)))
        {
            yield return new WorkerCommands.PrepareTask(
                p.Node, p.Incarnation, job.Id, job.Attempt, p.Rank, job.Tasks.Length, spec.Run, p.Gpus, spec.Inputs, spec.Checkpoint, job.ResumePointOf(p.Rank),
                spec.Resources, spec.TimeLimit);
        }

        if (!IsComplete(job)) yield break;
        string[] endpoints = [.. Enumerable.Range(0, job.Tasks.Length).Select(rank => _endpoints.GetValueOrDefault(rank, ""))];
        foreach (var p in open.Where(p => !_started.Contains(p.Rank)))
            yield return new WorkerCommands.RunTask(p.Node, p.Incarnation, job.Id, job.Attempt, p.Rank, endpoints);
    }

    /// <summary>A rank that has ended already needs no address: it will not be spoken to.</summary>
    private bool IsComplete(JobState job) => job.Tasks.All(t => t.End is not null || _endpoints.ContainsKey(t.Placement.Rank));

    private static string StopReason(JobState job) =>
        job.CancelRequested ? "cancelled"
        : job.TimedOut ? "time limit"
        : job.Vacates is { } why ? why
        : job.PreemptedFor is { } other ? $"preempted for job '{other}'"
        : "another rank ended";

    private static Dispatch.Enqueue EnqueueOf(JobState job)
    {
        var spec = job.Spec!;
        return new Dispatch.Enqueue(job.Id, job.Attempt, spec.Priority, spec.Tasks, spec.Resources, job.SubmittedAt, job.EligibleAt, job.Preemptions)
        {
            MinTasks = spec.MinTasks,
            Queue = spec.Queue,
            Estimate = spec.Estimate,
            TimeLimit = spec.TimeLimit,
            After = spec.After,
            Held = job.HoldRequested,
            NodeSelector = spec.NodeSelector,
        };
    }

    /// <summary>Forgets an earlier attempt's ranks as soon as a later one is spoken of.</summary>
    private bool Concerns(JobState job, int attempt)
    {
        if (_attempt != job.Attempt)
        {
            _attempt = job.Attempt;
            _endpoints.Clear();
            _started.Clear();
            Software = null;
        }

        return attempt == job.Attempt && job.Status.HasAttempt();
    }
}
