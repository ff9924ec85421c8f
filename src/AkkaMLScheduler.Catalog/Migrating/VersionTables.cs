namespace AkkaMLScheduler.Catalog;

/// <summary>What DuckLake has no place for: versions that count per dataset, their parents, tags, file hashes, source offsets.</summary>
internal static class VersionTables
{
    public const string Script = """
        CREATE TABLE {amls}dataset(name VARCHAR(63) NOT NULL PRIMARY KEY, layer VARCHAR(16) NOT NULL, table_id BIGINT NOT NULL,
          created_at {time} NOT NULL);
        CREATE TABLE {amls}dataset_version(dataset VARCHAR(63) NOT NULL, version BIGINT NOT NULL, snapshot_id BIGINT NOT NULL,
          mode VARCHAR(16) NOT NULL, schema_json VARCHAR NOT NULL, row_count BIGINT NOT NULL, file_count BIGINT NOT NULL,
          byte_count BIGINT NOT NULL, content_hash VARCHAR(64) NOT NULL, producer VARCHAR NOT NULL, created_at {time} NOT NULL,
          read_count BIGINT NOT NULL, accepted_count BIGINT NOT NULL, rejected_count BIGINT NOT NULL, filtered_count BIGINT NOT NULL,
          duplicate_count BIGINT NOT NULL, total_read_count BIGINT NOT NULL, total_accepted_count BIGINT NOT NULL,
          total_rejected_count BIGINT NOT NULL, total_filtered_count BIGINT NOT NULL, total_duplicate_count BIGINT NOT NULL,
          PRIMARY KEY (dataset, version));
        CREATE TABLE {amls}lineage_edge(dataset VARCHAR(63) NOT NULL, version BIGINT NOT NULL, parent VARCHAR(63) NOT NULL,
          parent_version BIGINT NOT NULL, PRIMARY KEY (dataset, version, parent, parent_version));
        CREATE TABLE {amls}dataset_tag(dataset VARCHAR(63) NOT NULL, tag VARCHAR(63) NOT NULL, version BIGINT NOT NULL,
          tagged_at {time} NOT NULL, PRIMARY KEY (dataset, tag));
        CREATE TABLE {amls}file_digest(data_file_id BIGINT NOT NULL PRIMARY KEY, path VARCHAR NOT NULL UNIQUE,
          sha256 VARCHAR(64) NOT NULL);
        CREATE TABLE {amls}source_offset(source VARCHAR NOT NULL, partition_id VARCHAR(255) NOT NULL, next_offset BIGINT NOT NULL,
          updated_at {time} NOT NULL, PRIMARY KEY (source, partition_id));
        """;

    /// <summary>What garbage collection needs.</summary>
    public const string Collection = """
        ALTER TABLE {amls}dataset_version ADD COLUMN expired_at {time};
        ALTER TABLE {amls}dataset_version ADD COLUMN removed_at {time};
        """;

    /// <summary>Who may write a partition of a source. Apart from its offset, which there is none of before the first commit.</summary>
    public const string WriterEpochs = """
        CREATE TABLE {amls}writer_epoch(source VARCHAR NOT NULL, partition_id VARCHAR(255) NOT NULL, epoch BIGINT NOT NULL,
          writer VARCHAR NOT NULL, claimed_at {time} NOT NULL, PRIMARY KEY (source, partition_id));
        """;
}
