namespace AkkaMLScheduler.Contracts;

/// <summary>Anything addressed to the worker of one node; the shard is the node.</summary>
public interface IWorkerCommand
{
    string Node { get; }
}

/// <summary>
/// A job's conversation with the workers of its gang: prepare every rank, exchange their addresses, run, stop. Keyed by
/// (job, attempt, rank) and repeated until the other side shows that it knows.
/// </summary>
public static class WorkerCommands
{
    /// <summary>Wakes the worker of a node; sent by the node itself.</summary>
    public sealed record Activate(string Node) : IWorkerCommand;

    /// <summary>The node leaves: take no further task, have all handed back. Answered with <see cref="WorkerReports.Drained"/> once nothing runs.</summary>
    public sealed record Drain(string Node) : IWorkerCommand;

    /// <summary>Prepare one rank. Answered by <see cref="WorkerReports.TaskReady"/>, or <see cref="WorkerReports.TaskEnded"/> if this incarnation will not run it.</summary>
    /// <param name="ResumeFrom">This rank's checkpoint of the step that the whole gang resumes from.</param>
    /// <param name="Resources">What the task was given, for its limits; null from a member that does not say.</param>
    /// <param name="TimeLimit">How long the attempt may run; null without a limit.</param>
    public sealed record PrepareTask(
        string Node, string Incarnation, JobId JobId, int Attempt, int Rank, int WorldSize, RunSpec Run,
        IReadOnlyList<int> Gpus, IReadOnlyList<string> Inputs, CheckpointSpec Checkpoint, ResumePoint? ResumeFrom,
        ResourceSpec? Resources = null, TimeSpan? TimeLimit = null) : IWorkerCommand;

    /// <summary>Every rank is ready: run. Answered by <see cref="WorkerReports.TaskStarted"/>.</summary>
    /// <param name="Endpoints">The ranks' own listeners as <c>host:port</c>, in rank order.</param>
    public sealed record RunTask(
        string Node, string Incarnation, JobId JobId, int Attempt, int Rank, IReadOnlyList<string> Endpoints) : IWorkerCommand;

    /// <summary>Checkpoint and stop. Answered by <see cref="WorkerReports.TaskEnded"/>, also when the task is not known.</summary>
    public sealed record StopTask(string Node, string Incarnation, JobId JobId, int Attempt, int Rank, string Reason) : IWorkerCommand;
}

/// <summary>A checkpoint to start from.</summary>
public sealed record ResumePoint(long Step, string Uri, string Sha256);

/// <summary>What a worker tells a job about one of its tasks.</summary>
public static class WorkerReports
{
    public sealed record TaskReady(JobId JobId, int Attempt, int Rank, string Endpoint) : IJobCommand;

    public sealed record TaskStarted(JobId JobId, int Attempt, int Rank) : IJobCommand
    {
        /// <summary>What runs it, by name and version. Null from a worker of an older version.</summary>
        public IReadOnlyDictionary<string, string>? Software { get; init; }
    }

    /// <summary>A checkpoint file is in place. Counts only under the current attempt; answered by <see cref="CheckpointVerdict"/>.</summary>
    public sealed record SaveCheckpoint(
        JobId JobId, int Attempt, int Rank, long Step, string Uri, string Sha256, long Bytes,
        IReadOnlyDictionary<string, double> Metrics) : IJobCommand;

    /// <param name="Counts">False: the attempt is over; the task must stop.</param>
    public sealed record CheckpointVerdict(JobId JobId, int Attempt, int Rank, long Step, bool Counts);

    /// <summary>Repeated until <see cref="EndStored"/> comes.</summary>
    public sealed record TaskEnded(
        JobId JobId, int Attempt, int Rank, TaskEnd End, string Reason, IReadOnlyDictionary<string, double> Metrics) : IJobCommand;

    public sealed record Drained(string Node);

    /// <summary>The job has stored the end of this task, or had moved on: the worker may forget it.</summary>
    public sealed record EndStored(JobId JobId, int Attempt, int Rank);
}
