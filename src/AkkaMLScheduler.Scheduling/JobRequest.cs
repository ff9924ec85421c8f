using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Scheduling;

/// <summary>What one attempt of a job asks of the cluster: a gang of equal tasks, placed together or not at all.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Attempt">From 1; the fencing token.</param>
/// <param name="Queue">The node of the share tree it is charged to.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Tasks">Ranks in the gang, 1..<see cref="MaxTasks"/>.</param>
/// <param name="PerTask">What each rank asks for.</param>
/// <param name="SubmittedAt">When the user submitted the job; kept over retries, so that a retry keeps its place.</param>
/// <param name="EligibleAt">Not started before this instant (retry backoff).</param>
/// <param name="Estimate">How long the user says it runs, if told.</param>
/// <param name="PreemptionCost">What stopping it would lose, in seconds of work since its last checkpoint; 0 if unknown.</param>
/// <param name="Selector">Labels that a node must carry, each with exactly this value.</param>
public sealed record JobRequest(
    string Job,
    int Attempt,
    string Queue,
    int Priority,
    int Tasks,
    Resources PerTask,
    DateTimeOffset SubmittedAt,
    DateTimeOffset EligibleAt,
    TimeSpan? Estimate,
    long PreemptionCost,
    IReadOnlyDictionary<string, string> Selector)
{
    public const int MaxTasks = 65_536;

    [JsonIgnore]
    public JobAttempt Id => new(Job, Attempt);

    /// <summary>Says what is wrong with this request, or null. A request with a problem is ignored by the core.</summary>
    public string? Problem()
    {
        if (string.IsNullOrEmpty(Job)) return "a job needs an id";
        if (Attempt < 1) return $"job {Job} has attempt {Attempt}; attempts start at 1";
        if (Tasks is < 1 or > MaxTasks) return $"job {Job} asks for {Tasks} tasks; 1 to {MaxTasks} are possible";
        if (!PerTask.IsValid) return $"job {Job} asks for a negative amount ({PerTask}); amounts start at 0";
        if (PerTask.Gpus > NodeCapacity.MaxGpus)
            return $"job {Job} asks for {PerTask.Gpus} GPUs per task; at most {NodeCapacity.MaxGpus} are possible";
        if (Estimate < TimeSpan.Zero) return $"job {Job} has a negative estimate";
        if (PreemptionCost < 0) return $"job {Job} has a negative preemption cost";
        return null;
    }

    public bool Equals(JobRequest? other) =>
        other is not null && Job == other.Job && Attempt == other.Attempt && Queue == other.Queue && Priority == other.Priority
        && Tasks == other.Tasks && PerTask == other.PerTask && SubmittedAt == other.SubmittedAt && EligibleAt == other.EligibleAt
        && Estimate == other.Estimate && PreemptionCost == other.PreemptionCost && Sequences.Same(Selector, other.Selector);

    public override int GetHashCode() => HashCode.Combine(Job, Attempt);
}
