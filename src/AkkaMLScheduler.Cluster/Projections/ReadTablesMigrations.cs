using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Projections;

/// <summary>The shape of the read tables, forward only.</summary>
public static class ReadTablesMigrations
{
    public static IReadOnlyList<Migration> All { get; } = [new(1, "jobs", First), new(2, "jobs", Second), new(3, "jobs", Third), new(4, "jobs", Fourth)];

    private static string First(CatalogProvider provider)
    {
        var (schema, time) = provider == CatalogProvider.PostgreSql ? ("amls.", "timestamptz") : ("", "text");
        return $"""
            CREATE TABLE {schema}job (
                id text PRIMARY KEY, name text NOT NULL, workload text NOT NULL, status text NOT NULL, priority integer NOT NULL,
                tasks integer NOT NULL, milli_cpu bigint NOT NULL, memory_bytes bigint NOT NULL, gpus integer NOT NULL,
                spec_json text NOT NULL, submitted_by text NOT NULL, submitted_at {time} NOT NULL, started_at {time}, ended_at {time},
                reason text NOT NULL);
            CREATE TABLE {schema}job_attempt (
                job_id text NOT NULL, attempt integer NOT NULL, started_at {time} NOT NULL, running_at {time}, ended_at {time}, ended_as text,
                reason text NOT NULL, resume_step bigint, placements_json text NOT NULL, PRIMARY KEY (job_id, attempt));
            CREATE TABLE {schema}job_checkpoint (
                job_id text NOT NULL, attempt integer NOT NULL, task_rank integer NOT NULL, step bigint NOT NULL, uri text NOT NULL,
                sha256 text NOT NULL, byte_count bigint NOT NULL, metrics_json text NOT NULL, saved_at {time} NOT NULL,
                PRIMARY KEY (job_id, attempt, task_rank, step));
            CREATE TABLE {schema}node (
                name text PRIMARY KEY, incarnation text NOT NULL, status text NOT NULL, milli_cpu bigint NOT NULL, memory_bytes bigint NOT NULL,
                gpus integer NOT NULL, labels_json text NOT NULL, since {time} NOT NULL);
            CREATE TABLE {schema}projection (name text PRIMARY KEY, journal_offset bigint NOT NULL);
            """;
    }

    /// <summary>Queues, holds and cordons.</summary>
    private static string Second(CatalogProvider provider)
    {
        var schema = provider == CatalogProvider.PostgreSql ? "amls." : "";
        var no = provider == CatalogProvider.PostgreSql ? "false" : "0";
        return $"""
            ALTER TABLE {schema}job ADD COLUMN queue text NOT NULL DEFAULT '{JobSpec.DefaultQueue}';
            ALTER TABLE {schema}job ADD COLUMN held boolean NOT NULL DEFAULT {no};
            CREATE TABLE {schema}node_closed (name text PRIMARY KEY, state text NOT NULL);
            CREATE INDEX job_attempt_open ON {schema}job_attempt (job_id) WHERE ended_at IS NULL;
            """;
    }

    /// <summary>Leases. SQLite needs none: one machine, one scheduler.</summary>
    private static string Third(CatalogProvider provider) => provider == CatalogProvider.PostgreSql
        ? "CREATE TABLE amls.lease (name text PRIMARY KEY, owner text NOT NULL, expires_at timestamptz NOT NULL);"
        : "SELECT 1;";

    /// <summary>Series of the tasks' metrics, what ran an attempt, and who is still to be told of ends.</summary>
    private static string Fourth(CatalogProvider provider)
    {
        var (schema, time) = provider == CatalogProvider.PostgreSql ? ("amls.", "timestamptz") : ("", "text");
        return $"""
            CREATE TABLE {schema}job_metric (
                job_id text NOT NULL, attempt integer NOT NULL, task_rank integer NOT NULL, step bigint NOT NULL, metrics_json text NOT NULL,
                told_at {time} NOT NULL, PRIMARY KEY (job_id, attempt, task_rank, step));
            ALTER TABLE {schema}job_attempt ADD COLUMN software_json text;
            CREATE TABLE {schema}job_notice (
                job_id text NOT NULL, address text NOT NULL, tries integer NOT NULL, due_at {time} NOT NULL, PRIMARY KEY (job_id, address));
            """;
    }
}
