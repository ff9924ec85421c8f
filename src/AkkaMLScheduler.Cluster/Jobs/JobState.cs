using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Jobs;

/// <summary>One rank of the current attempt.</summary>
public sealed record TaskState(TaskPlacement Placement, TaskEnd? End = null, string Reason = "");

/// <summary>A checkpoint that counted when it was saved.</summary>
public sealed record CheckpointState(int Attempt, int Rank, long Step, string Uri, string Sha256)
{
    /// <summary>How many ranks the attempt had, where that differs from one to the next; 0 where all have what the spec says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int WorldSize { get; init; }
}

/// <summary>What a job is, as its journal tells it. Built only by <see cref="Apply"/>.</summary>
public sealed record JobState
{
    public static JobState Unknown(JobId id) => new() { Id = id };

    public required JobId Id { get; init; }

    /// <summary>Null until the job has been submitted.</summary>
    public JobSpec? Spec { get; init; }

    public DateTimeOffset SubmittedAt { get; init; }

    public JobStatus Status { get; init; }

    /// <summary>The number of the current attempt, or of the one waited for. The fencing token: nothing of a lower number counts.</summary>
    public int Attempt { get; init; } = 1;

    public DateTimeOffset EligibleAt { get; init; }

    /// <summary>Attempts that ended by the job's own fault.</summary>
    public int Failures { get; init; }

    /// <summary>Attempts lost with a node or a peer.</summary>
    public int Interruptions { get; init; }

    /// <summary>Attempts that were stopped for other jobs.</summary>
    public int Preemptions { get; init; }

    public bool CancelRequested { get; init; }

    public JobId? PreemptedFor { get; init; }

    /// <summary>Why the attempt was asked to hand its place back; null when it was not.</summary>
    public string? Vacates { get; init; }

    /// <summary>The attempt was asked to stop at its time limit.</summary>
    public bool TimedOut { get; init; }

    /// <summary>No further attempt starts until it is resumed.</summary>
    public bool HoldRequested { get; init; }

    /// <summary>How often it was held and resumed.</summary>
    public int HoldChanges { get; init; }

    public long? ResumeStep { get; init; }

    /// <summary>By rank; empty when no attempt is under way.</summary>
    public ImmutableArray<TaskState> Tasks { get; init; } = [];

    /// <summary>The newest few of each rank, over all attempts.</summary>
    public ImmutableArray<CheckpointState> Checkpoints { get; init; } = [];

    public bool IsKnown => Spec is not null;

    /// <summary>How the job ended for good; null while it has not.</summary>
    public JobStatus? Outcome => Status.IsTerminal() ? Status : null;

    public bool AllTasksEnded => Tasks.All(t => t.End is not null);

    /// <summary>The newest step for which every rank has a checkpoint: a gang resumes as one or not at all.</summary>
    public long? CommonStep => WholeSteps.Max(step => (long?)step.Key.Step);

    /// <summary>
    /// The file that a rank goes on from. A gang of another size than the one that saved shares its files out in turn: rank 5 after four
    /// ranks has that of rank 1.
    /// </summary>
    public ResumePoint? ResumePointOf(int rank) =>
        WholeSteps.Where(step => step.Key.Step == ResumeStep).MaxBy(step => step.Max(c => c.Attempt)) is { } whole
        && whole.Where(c => c.Rank == rank % whole.Key.WorldSize).MaxBy(c => c.Attempt) is { } saved
            ? new ResumePoint(saved.Step, saved.Uri, saved.Sha256)
            : null;

    /// <summary>Checkpoints by step, where every rank of a gang of that size has one.</summary>
    private IEnumerable<IGrouping<(long Step, int WorldSize), CheckpointState>> WholeSteps => Checkpoints
        .GroupBy(c => (c.Step, WorldSize: c.WorldSize > 0 ? c.WorldSize : Spec?.Tasks ?? 0))
        .Where(step => step.Select(c => c.Rank).Distinct().Count() == step.Key.WorldSize);

    public JobState Apply(IJobEvent @event) => @event switch
    {
        JobEvents.Submitted e => this with
        {
            Spec = e.Spec,
            SubmittedAt = e.At,
            EligibleAt = e.At,
            HoldRequested = e.Spec.Hold,
            Status = JobLifecycle.First(e.Spec),
        },
        JobEvents.Held e => this with { HoldRequested = true, HoldChanges = HoldChanges + 1, Status = Status.HasAttempt() ? Status : Turn(JobTurn.Hold, e) },
        JobEvents.Resumed e => this with { HoldRequested = false, HoldChanges = HoldChanges + 1, Status = Status.HasAttempt() ? Status : Turn(JobTurn.Resume, e) },
        JobEvents.AttemptStarted e => this with
        {
            Status = Turn(JobTurn.Place, e),
            Attempt = e.Attempt,
            ResumeStep = e.ResumeStep,
            PreemptedFor = null,
            Vacates = null,
            TimedOut = false,
            Tasks = [.. e.Placements.OrderBy(p => p.Rank).Select(p => new TaskState(p))],
        },
        JobEvents.AttemptRunning e => this with { Status = Turn(JobTurn.Run, e) },
        JobEvents.CheckpointSaved e => this with { Checkpoints = Keep(Saved(e)) },
        JobEvents.TaskEnded e => this with
        {
            Tasks = Tasks.SetItem(e.Rank, Tasks[e.Rank] with { End = e.End, Reason = e.Reason }),
            Status = e.End == TaskEnd.Succeeded ? Status : Turn(JobTurn.RankLost, e),

            // Not trusted twice: the next attempt falls back to the newest step that all ranks have besides it.
            Checkpoints = e.End == TaskEnd.CheckpointUnusable ? [.. Checkpoints.Where(c => c.Step != ResumeStep)] : Checkpoints,
        },
        JobEvents.PreemptionRequested e => this with { Status = Turn(JobTurn.Preempt, e), PreemptedFor = e.Beneficiary },
        JobEvents.VacationRequested e => this with { Status = Turn(JobTurn.Stop, e), Vacates = e.Reason },
        JobEvents.TimeLimitReached e => this with { Status = Turn(JobTurn.Stop, e), TimedOut = true },
        JobEvents.CancellationRequested e => this with { CancelRequested = true, Status = Status.HasAttempt() ? Turn(JobTurn.Stop, e) : Status },
        JobEvents.AttemptEnded e => this with
        {
            Tasks = [],
            Failures = Failures + (e.End == AttemptEnd.Failed ? 1 : 0),
            Interruptions = Interruptions + (e.End == AttemptEnd.Interrupted ? 1 : 0),
            Preemptions = Preemptions + (e.End == AttemptEnd.Preempted ? 1 : 0),
        },
        JobEvents.Requeued e => this with
        {
            Attempt = e.NextAttempt,
            EligibleAt = e.EligibleAt,
            Status = Turn(JobLifecycle.TurnOf(e, HoldRequested), e),
        },
        JobEvents.Ended e => this with
        {
            Status = Turn(e.Status switch { JobStatus.Succeeded => JobTurn.Succeed, JobStatus.Failed => JobTurn.Fail, _ => JobTurn.Cancel }, e),
            Tasks = [],
        },
        _ => throw new InvalidOperationException($"Job {Id} cannot apply {@event.GetType()}: its journal was written by a newer version."),
    };

    private JobStatus Turn(JobTurn turn, IJobEvent e) => Status.After(turn)
        ?? throw new InvalidOperationException($"Job {Id} is {Status} and cannot {turn}: its journal holds {e.GetType().Name} where it cannot be.");

    private CheckpointState Saved(JobEvents.CheckpointSaved e) => new(e.Attempt, e.Rank, e.Step, e.Uri, e.Sha256)
    {
        WorldSize = Spec?.MinTasks is null ? 0 : Tasks.Length,
    };

    /// <summary>
    /// Adds a checkpoint and forgets, rank by rank, those older than the spec keeps, but for what the gang would go on from now: the new one
    /// is of no use until the other ranks have it too.
    /// </summary>
    private ImmutableArray<CheckpointState> Keep(CheckpointState saved)
    {
        var (keep, common) = (Spec?.Checkpoint.Keep ?? 1, CommonStep);
        var ofRank = Checkpoints.Where(c => c.Rank == saved.Rank).Append(saved).OrderByDescending(c => c.Attempt).ThenByDescending(c => c.Step);
        return [.. Checkpoints.Where(c => c.Rank != saved.Rank), .. ofRank.Where((c, place) => place < keep || c.Step == common)];
    }
}
