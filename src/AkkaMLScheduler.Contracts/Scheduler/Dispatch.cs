using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Contracts;

/// <summary>Anything addressed to the scheduler singleton.</summary>
public interface ISchedulerCommand;

/// <summary>
/// The conversation of the scheduler with jobs and nodes. At least once in both directions: each side repeats what is not yet
/// acknowledged, and every message means the same the second time because it is keyed by (job, attempt).
/// </summary>
public static class Dispatch
{
    /// <summary>Job to scheduler: give this attempt a place. Acknowledged by <see cref="Enqueued"/> once in the ledger.</summary>
    /// <param name="Preemptions">How often the job was stopped for others so far.</param>
    public sealed record Enqueue(
        JobId JobId, int Attempt, int Priority, int Tasks, ResourceSpec Resources,
        DateTimeOffset SubmittedAt, DateTimeOffset EligibleAt, int Preemptions = 0) : ISchedulerCommand
    {
        /// <summary>As <see cref="JobSpec.MinTasks"/>.</summary>
        public int? MinTasks { get; init; }

        /// <summary>Null: <see cref="JobSpec.DefaultQueue"/>.</summary>
        public string? Queue { get; init; }

        public TimeSpan? Estimate { get; init; }

        public TimeSpan? TimeLimit { get; init; }

        public IReadOnlyList<DependencySpec>? After { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool Held { get; init; }

        public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }
    }

    public sealed record Enqueued(JobId JobId, int Attempt) : IJobCommand;

    /// <summary>Scheduler to job: the place is yours. Acknowledged by <see cref="AttemptAccepted"/>, or by a <see cref="Release"/> if it is no longer wanted.</summary>
    public sealed record StartAttempt(JobId JobId, int Attempt, IReadOnlyList<TaskPlacement> Placements) : IJobCommand;

    public sealed record AttemptAccepted(JobId JobId, int Attempt) : ISchedulerCommand;

    /// <summary>Scheduler to job: checkpoint, stop and give the place back. Repeated until the <see cref="Release"/> comes.</summary>
    public sealed record Preempt(JobId JobId, int Attempt, JobId Beneficiary) : IJobCommand;

    /// <summary>Scheduler to job: the ranks on this node's incarnation are gone. Repeated until the <see cref="Release"/> comes.</summary>
    public sealed record NodeGone(JobId JobId, int Attempt, string Node, string Incarnation) : IJobCommand;

    /// <summary>Scheduler to job: the attempt has run for longer than its time limit; stop it. Repeated until the <see cref="Release"/> comes.</summary>
    public sealed record Expire(JobId JobId, int Attempt) : IJobCommand;

    /// <summary>Scheduler to job: a node of the attempt is drained; checkpoint, stop and give the place back. Repeated until the <see cref="Release"/> comes.</summary>
    public sealed record Vacate(JobId JobId, int Attempt, string Reason) : IJobCommand;

    /// <summary>Job to scheduler: this attempt holds nothing any more, or no longer waits. Acknowledged by <see cref="Released"/>.</summary>
    /// <param name="JobId">The job.</param>
    /// <param name="Attempt">The attempt that is over.</param>
    /// <param name="Outcome">How the whole job ended, for those that wait for it; null when another attempt follows.</param>
    public sealed record Release(JobId JobId, int Attempt, JobStatus? Outcome = null) : ISchedulerCommand;

    public sealed record Released(JobId JobId, int Attempt) : IJobCommand;

    /// <summary>
    /// Job to scheduler: all ranks of this attempt have saved this step, so that stopping it loses only what comes after. Said once; when
    /// it is lost, the job merely looks costlier to stop than it is.
    /// </summary>
    public sealed record Checkpointed(JobId JobId, int Attempt, long Step) : ISchedulerCommand;

    /// <summary>Job to scheduler: whether the waiting job may start. Only the latest counts. Acknowledged by <see cref="HoldSet"/>.</summary>
    /// <param name="JobId">The job.</param>
    /// <param name="Held">True: it may not.</param>
    /// <param name="Change">Counts the job's holds and resumptions; comes back in the acknowledgement.</param>
    public sealed record SetHold(JobId JobId, bool Held, int Change) : ISchedulerCommand;

    public sealed record HoldSet(JobId JobId, int Change) : IJobCommand;

    /// <summary>
    /// Scheduler to job: the ledger does not know how you stand, though it should. Makes a sleeping job say all that it owes, and one that
    /// has ended how it did.
    /// </summary>
    public sealed record Wake(JobId JobId) : IJobCommand;

    /// <summary>Worker to scheduler, at start and then as a heartbeat: this incarnation of the node offers this.</summary>
    /// <param name="Member">The cluster member the worker lives on, as <c>address#uid</c>; when it is removed, the node is lost.</param>
    public sealed record RegisterNode(
        string Node, string Incarnation, string Member, ResourceSpec Capacity,
        IReadOnlyDictionary<string, string> Labels) : ISchedulerCommand
    {
        /// <summary>What runs there: a task that the ledger gave no place to is stopped. Null: not told.</summary>
        public IReadOnlyList<TaskOnNode>? Tasks { get; init; }
    }

    /// <summary>Worker to scheduler: this incarnation leaves; place nothing more here, and have what runs here handed back. Repeated until nothing runs.</summary>
    public sealed record NodeLeaves(string Node, string Incarnation) : ISchedulerCommand;
}

/// <summary>One rank of an attempt, as a worker runs it.</summary>
public readonly record struct TaskOnNode(JobId Job, int Attempt, int Rank);
