using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Scheduling;

/// <summary>What one attempt of a job asks of the cluster: a gang of equal tasks, placed together or not at all.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Attempt">From 1; the fencing token.</param>
/// <param name="Queue">The leaf of the share tree it is charged to, as a path: <c>research/vision</c>.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Tasks">Ranks in the gang, 1..<see cref="MaxTasks"/>; the most it uses when it is elastic.</param>
/// <param name="PerTask">What each rank asks for.</param>
/// <param name="SubmittedAt">When the user submitted the job; kept over retries, so that a retry keeps its place.</param>
/// <param name="EligibleAt">Not started before this instant (retry backoff).</param>
public sealed record JobRequest(
    string Job,
    int Attempt,
    string Queue,
    int Priority,
    int Tasks,
    Resources PerTask,
    DateTimeOffset SubmittedAt,
    DateTimeOffset EligibleAt)
{
    public const int MaxTasks = 65_536;

    public const int MaxDependencies = 100;

    /// <summary>An elastic gang starts with as many tasks as fit, from this many up to <see cref="Tasks"/>. Null: with all or not at all.</summary>
    public int? MinTasks { get; init; }

    /// <summary>How long it is expected to run; what backfilling and forecasts go by. Null: <see cref="TimeLimit"/>, else unknown.</summary>
    public TimeSpan? Estimate { get; init; }

    /// <summary>It is asked to stop after running this long. Null: never.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Labels that a node must carry. A value may list alternatives: <c>V100M16|V100M32</c>.</summary>
    public IReadOnlyDictionary<string, string> Selector { get; init; } = NodeCapacity.NoLabels;

    /// <summary>Waits until it is released.</summary>
    public bool Held { get; init; }

    /// <summary>Jobs that must be over first, at most <see cref="MaxDependencies"/>.</summary>
    public IReadOnlyList<JobDependency> After { get; init; } = [];

    /// <summary>The job array it belongs to, if any.</summary>
    public string? Array { get; init; }

    /// <summary>At most so many jobs of its array run at once; 0 for no limit.</summary>
    public int ArrayLimit { get; init; }

    /// <summary>How often it was stopped for others; from <see cref="MostFairSharePreemptions"/> on it is not stopped for fairness again.</summary>
    public int Preemptions { get; init; }

    /// <summary>A job is stopped for the fairness of others at most this often.</summary>
    public const int MostFairSharePreemptions = 3;

    [JsonIgnore]
    public JobAttempt Id => new(Job, Attempt);

    /// <summary>The fewest tasks it starts with.</summary>
    [JsonIgnore]
    public int FewestTasks => MinTasks ?? Tasks;

    /// <summary>How long it is thought to run; null when nobody said.</summary>
    [JsonIgnore]
    public TimeSpan? Expected => Estimate ?? TimeLimit;

    /// <summary>Says what is wrong with this request, or null. A request with a problem is ignored by the core.</summary>
    public string? Problem()
    {
        if (string.IsNullOrEmpty(Job)) return "a job needs an id";
        if (Attempt < 1) return $"job {Job} has attempt {Attempt}; attempts start at 1";
        if (Tasks is < 1 or > MaxTasks) return $"job {Job} asks for {Tasks} tasks; 1 to {MaxTasks} are possible";
        if (MinTasks < 1 || MinTasks > Tasks) return $"job {Job} asks for {MinTasks} to {Tasks} tasks; the least must be from 1 to the most";
        if (!PerTask.IsValid) return $"job {Job} asks for a negative amount ({PerTask}); amounts start at 0";
        if (PerTask.MilliGpu > NodeCapacity.MaxGpus * (long)Resources.PerGpu)
            return $"job {Job} asks for {PerTask.GpuDevices} GPUs per task; at most {NodeCapacity.MaxGpus} are possible";
        if (PerTask.MilliGpu > Resources.PerGpu && PerTask.IsGpuShare)
            return $"job {Job} asks for {PerTask.MilliGpu} thousandths of a GPU per task; above 1000 only whole GPUs are possible";
        if (Estimate < TimeSpan.Zero) return $"job {Job} has a negative estimate";
        if (TimeLimit <= TimeSpan.Zero) return $"job {Job} has a time limit of {TimeLimit}; it must be above 0";
        if (After.Count > MaxDependencies) return $"job {Job} depends on {After.Count} jobs; at most {MaxDependencies} are possible";
        if (After.Any(one => one.Job == Job)) return $"job {Job} depends on itself";
        if (ArrayLimit < 0) return $"job {Job} has an array limit of {ArrayLimit}; it must be 0 or more";
        if (Preemptions < 0) return $"job {Job} was preempted {Preemptions} times; it must be 0 or more";
        return QueueSpec.PathProblem(Queue);
    }

    public bool Equals(JobRequest? other) =>
        other is not null && Job == other.Job && Attempt == other.Attempt && Queue == other.Queue && Priority == other.Priority
        && Tasks == other.Tasks && MinTasks == other.MinTasks && PerTask == other.PerTask && SubmittedAt == other.SubmittedAt
        && EligibleAt == other.EligibleAt && Estimate == other.Estimate && TimeLimit == other.TimeLimit && Held == other.Held
        && Array == other.Array && ArrayLimit == other.ArrayLimit && Preemptions == other.Preemptions
        && Sequences.Same(After, other.After) && Sequences.Same(Selector, other.Selector);

    public override int GetHashCode() => HashCode.Combine(Job, Attempt);
}
