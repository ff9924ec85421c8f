namespace AkkaMLScheduler.Contracts.Api;

/// <summary>A job as lists show it. Times are UTC; figures are as of the answer.</summary>
/// <param name="Type">The workload that its tasks run.</param>
/// <param name="Attempts">Attempts started so far.</param>
/// <param name="WaitSeconds">From submission to the first start, or until now.</param>
/// <param name="RunSeconds">Sum over all attempts, from placement to end.</param>
/// <param name="Checkpoints">Checkpoints that counted, over all ranks and attempts.</param>
/// <param name="LastStep">The newest step for which any rank has a checkpoint.</param>
/// <param name="ResumedFromStep">Where the latest attempt that resumed started from; null when none did.</param>
/// <param name="Reason">Why the job or its last attempt ended as it did.</param>
public sealed record JobView(
    string Id, string Name, string Type, JobStatus Status, int Priority, int Tasks, ResourceSpec Resources, int Attempts,
    string SubmittedBy, DateTimeOffset SubmittedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, double WaitSeconds,
    double RunSeconds, int Checkpoints, long? LastStep, long? ResumedFromStep, int Preemptions, int Failures, int Interruptions,
    string Reason, string Queue);

/// <summary>One try of a job.</summary>
/// <param name="RunningAt">When every rank had reported that it runs; null in an attempt that was over sooner.</param>
/// <param name="End">Null while it is under way.</param>
public sealed record AttemptView(
    int Attempt, DateTimeOffset StartedAt, DateTimeOffset? RunningAt, DateTimeOffset? EndedAt, AttemptEnd? End, string Reason,
    long? ResumeStep, IReadOnlyList<TaskPlacement> Placements)
{
    /// <summary>What ran it, by name and version; null in an attempt that was over before it was told.</summary>
    public IReadOnlyDictionary<string, string>? Software { get; init; }
}

public sealed record CheckpointView(
    int Attempt, int Rank, long Step, string Uri, string Sha256, long Bytes, IReadOnlyDictionary<string, double> Metrics, DateTimeOffset At);

/// <summary>What one rank told of a step, such as <c>loss</c>, <c>gradientNorm</c> and <c>tokensPerSecond</c>.</summary>
/// <param name="At">When it was told.</param>
public sealed record MetricPointView(int Attempt, long Step, DateTimeOffset At, IReadOnlyDictionary<string, double> Metrics);

/// <summary>All that the read tables know of one job.</summary>
public sealed record JobDetail(JobView Job, JobSpec Spec, IReadOnlyList<AttemptView> Attempts, IReadOnlyList<CheckpointView> Checkpoints);

/// <summary>A node as the ledger knows it.</summary>
/// <param name="Status"><c>up</c>, <c>cordoned</c>, <c>drained</c> or <c>lost</c>.</param>
/// <param name="Used">What the attempts placed there hold.</param>
public sealed record NodeView(
    string Name, string Status, ResourceSpec Capacity, ResourceSpec Used, IReadOnlyDictionary<string, string> Labels, DateTimeOffset Since);

/// <summary>A dataset's newest version, with the counts of all records ever read for it: read = accepted + rejected + filtered + duplicates.</summary>
public sealed record DatasetView(
    string Name, string Layer, long Version, long Rows, int Files, long Bytes, long Read, long Accepted, long Rejected, long Filtered,
    long Duplicates, DateTimeOffset CreatedAt, string Producer, IReadOnlyList<string> Parents);

/// <summary>The answer to a submission.</summary>
/// <param name="AlreadyKnown">The same spec had been submitted under this id before; nothing changed.</param>
public sealed record SubmissionView(string Id, JobStatus Status, bool AlreadyKnown);

/// <summary>An ingestion pipeline and its instances.</summary>
public sealed record PipelineView(
    string Name, string From, string Dataset, int Instances, DateTimeOffset AppliedAt, string AppliedBy, IReadOnlyList<PipelineRunView> Runs);

/// <summary>What an instance of a pipeline last said of itself.</summary>
/// <param name="State"><c>starting</c>, <c>running</c>, <c>failed</c> (it starts again by itself) or <c>ended</c>.</param>
/// <param name="Message">Why it failed or ended.</param>
/// <param name="Read">Records committed since it began on this node; accepted + rejected + filtered.</param>
/// <param name="PerSecond">Records committed per second of late.</param>
/// <param name="Lag">Records that are in its partitions and not committed; 0 for a source that has no log.</param>
/// <param name="Failures">Times that it stopped with an error since it began on this node.</param>
public sealed record PipelineRunView(
    int Instance, string Node, string State, string Message, long Read, long Accepted, long Rejected, long Filtered, double PerSecond, long Lag,
    long Failures, DateTimeOffset UpdatedAt);

/// <summary>What became of something that was applied or deleted.</summary>
public sealed record AppliedView(string Name, bool Changed);
