using LinqToDB.Mapping;

namespace AkkaMLScheduler.Cluster.Projections;

// One class per read table, as linq2db maps it. SQLite has no schemas; there linq2db leaves the name out.

[Table("job", Schema = "amls")]
internal sealed class JobRow
{
    [PrimaryKey, Column("id")] public string Id { get; set; } = "";

    [Column("name")] public string Name { get; set; } = "";

    [Column("workload")] public string Workload { get; set; } = "";

    [Column("status")] public string Status { get; set; } = "";

    [Column("priority")] public int Priority { get; set; }

    [Column("tasks")] public int Tasks { get; set; }

    [Column("milli_cpu")] public long MilliCpu { get; set; }

    [Column("memory_bytes")] public long MemoryBytes { get; set; }

    [Column("gpus")] public int Gpus { get; set; }

    [Column("spec_json")] public string SpecJson { get; set; } = "";

    [Column("submitted_by")] public string SubmittedBy { get; set; } = "";

    [Column("submitted_at")] public DateTimeOffset SubmittedAt { get; set; }

    [Column("started_at")] public DateTimeOffset? StartedAt { get; set; }

    [Column("ended_at")] public DateTimeOffset? EndedAt { get; set; }

    [Column("reason")] public string Reason { get; set; } = "";

    [Column("queue")] public string Queue { get; set; } = "";

    /// <summary>No further attempt starts until it is resumed.</summary>
    [Column("held")] public bool Held { get; set; }
}

[Table("job_attempt", Schema = "amls")]
internal sealed class AttemptRow
{
    [PrimaryKey(0), Column("job_id")] public string JobId { get; set; } = "";

    [PrimaryKey(1), Column("attempt")] public int Attempt { get; set; }

    [Column("started_at")] public DateTimeOffset StartedAt { get; set; }

    [Column("running_at")] public DateTimeOffset? RunningAt { get; set; }

    [Column("ended_at")] public DateTimeOffset? EndedAt { get; set; }

    [Column("ended_as")] public string? EndedAs { get; set; }

    [Column("reason")] public string Reason { get; set; } = "";

    [Column("resume_step")] public long? ResumeStep { get; set; }

    [Column("placements_json")] public string PlacementsJson { get; set; } = "";

    [Column("software_json")] public string? SoftwareJson { get; set; }
}

[Table("job_checkpoint", Schema = "amls")]
internal sealed class CheckpointRow
{
    [PrimaryKey(0), Column("job_id")] public string JobId { get; set; } = "";

    [PrimaryKey(1), Column("attempt")] public int Attempt { get; set; }

    [PrimaryKey(2), Column("task_rank")] public int Rank { get; set; }

    [PrimaryKey(3), Column("step")] public long Step { get; set; }

    [Column("uri")] public string Uri { get; set; } = "";

    [Column("sha256")] public string Sha256 { get; set; } = "";

    [Column("byte_count")] public long Bytes { get; set; }

    [Column("metrics_json")] public string MetricsJson { get; set; } = "";

    [Column("saved_at")] public DateTimeOffset SavedAt { get; set; }
}

/// <summary>One point of a task's series. Workers write it, not the projection: it is no event of the job.</summary>
[Table("job_metric", Schema = "amls")]
internal sealed class MetricRow
{
    [PrimaryKey(0), Column("job_id")] public string JobId { get; set; } = "";

    [PrimaryKey(1), Column("attempt")] public int Attempt { get; set; }

    [PrimaryKey(2), Column("task_rank")] public int Rank { get; set; }

    [PrimaryKey(3), Column("step")] public long Step { get; set; }

    [Column("metrics_json")] public string MetricsJson { get; set; } = "";

    [Column("told_at")] public DateTimeOffset At { get; set; }
}

/// <summary>Somebody who is still to be told of a job's end.</summary>
[Table("job_notice", Schema = "amls")]
internal sealed class NoticeRow
{
    [PrimaryKey(0), Column("job_id")] public string JobId { get; set; } = "";

    [PrimaryKey(1), Column("address")] public string Address { get; set; } = "";

    [Column("tries")] public int Tries { get; set; }

    [Column("due_at")] public DateTimeOffset DueAt { get; set; }
}

[Table("node", Schema = "amls")]
internal sealed class NodeRow
{
    [PrimaryKey, Column("name")] public string Name { get; set; } = "";

    [Column("incarnation")] public string Incarnation { get; set; } = "";

    [Column("status")] public string Status { get; set; } = "";

    [Column("milli_cpu")] public long MilliCpu { get; set; }

    [Column("memory_bytes")] public long MemoryBytes { get; set; }

    [Column("gpus")] public int Gpus { get; set; }

    [Column("labels_json")] public string LabelsJson { get; set; } = "";

    [Column("since")] public DateTimeOffset Since { get; set; }
}

/// <summary>A node on which nothing new is placed, up or not.</summary>
[Table("node_closed", Schema = "amls")]
internal sealed class ClosedNodeRow
{
    [PrimaryKey, Column("name")] public string Name { get; set; } = "";

    /// <summary><c>cordoned</c> or <c>drained</c>.</summary>
    [Column("state")] public string State { get; set; } = "";
}

[Table("projection", Schema = "amls")]
internal sealed class ProjectionRow
{
    [PrimaryKey, Column("name")] public string Name { get; set; } = "";

    [Column("journal_offset")] public long Offset { get; set; }
}
