using AkkaMLScheduler.Catalog;
using LinqToDB.Mapping;

namespace AkkaMLScheduler.Host.Pipelines;

/// <summary>The tables of pipelines: what users want, and what their runs last said.</summary>
internal static class PipelineTables
{
    public static IReadOnlyList<Migration> Migrations { get; } = [new(1, "pipelines", First)];

    private static string First(CatalogProvider provider)
    {
        var (schema, time) = provider == CatalogProvider.PostgreSql ? ("amls.", "timestamptz") : ("", "text");
        return $"""
            CREATE TABLE {schema}pipeline (
                name text PRIMARY KEY, spec text NOT NULL, revision bigint NOT NULL, applied_by text NOT NULL, applied_at {time} NOT NULL);
            CREATE TABLE {schema}pipeline_run (
                pipeline text NOT NULL, instance integer NOT NULL, node text NOT NULL, state text NOT NULL, message text NOT NULL,
                read_count bigint NOT NULL, accepted_count bigint NOT NULL, rejected_count bigint NOT NULL, filtered_count bigint NOT NULL,
                per_second double precision NOT NULL, lag bigint NOT NULL, failures bigint NOT NULL, updated_at {time} NOT NULL,
                PRIMARY KEY (pipeline, instance));
            """;
    }
}

[Table("pipeline", Schema = "amls")]
internal sealed class PipelineRow
{
    [PrimaryKey, Column("name")] public string Name { get; set; } = "";

    [Column("spec")] public string Spec { get; set; } = "";

    /// <summary>Counts the changes: a run of another revision ends.</summary>
    [Column("revision")] public long Revision { get; set; }

    [Column("applied_by")] public string AppliedBy { get; set; } = "";

    [Column("applied_at")] public DateTimeOffset AppliedAt { get; set; }
}

[Table("pipeline_run", Schema = "amls")]
internal sealed class PipelineRunRow
{
    [PrimaryKey(0), Column("pipeline")] public string Pipeline { get; set; } = "";

    [PrimaryKey(1), Column("instance")] public int Instance { get; set; }

    [Column("node")] public string Node { get; set; } = "";

    [Column("state")] public string State { get; set; } = "";

    [Column("message")] public string Message { get; set; } = "";

    [Column("read_count")] public long Read { get; set; }

    [Column("accepted_count")] public long Accepted { get; set; }

    [Column("rejected_count")] public long Rejected { get; set; }

    [Column("filtered_count")] public long Filtered { get; set; }

    [Column("per_second")] public double PerSecond { get; set; }

    [Column("lag")] public long Lag { get; set; }

    [Column("failures")] public long Failures { get; set; }

    [Column("updated_at")] public DateTimeOffset UpdatedAt { get; set; }
}
