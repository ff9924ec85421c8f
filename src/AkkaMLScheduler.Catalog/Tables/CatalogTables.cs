using LinqToDB.Mapping;

namespace AkkaMLScheduler.Catalog.Tables;

// One class per table of schema amls, as linq2db maps it. SQLite has no schemas; there linq2db leaves the name out.

[Table("schema_migration", Schema = "amls")]
internal sealed class SchemaMigrationRow
{
    [PrimaryKey(0), Column("component")] public string Component { get; set; } = "";

    [PrimaryKey(1), Column("number")] public int Number { get; set; }

    [Column("applied_at")] public DateTimeOffset AppliedAt { get; set; }
}

[Table("dataset", Schema = "amls")]
internal sealed class DatasetRow
{
    [PrimaryKey, Column("name")] public string Name { get; set; } = "";

    [Column("layer")] public string Layer { get; set; } = "";

    [Column("table_id")] public long TableId { get; set; }

    [Column("created_at")] public DateTimeOffset CreatedAt { get; set; }
}

[Table("dataset_version", Schema = "amls")]
internal sealed class VersionRow
{
    [PrimaryKey(0), Column("dataset")] public string Dataset { get; set; } = "";

    [PrimaryKey(1), Column("version")] public long Version { get; set; }

    [Column("snapshot_id")] public long SnapshotId { get; set; }

    [Column("mode")] public string Mode { get; set; } = "";

    [Column("schema_json")] public string SchemaJson { get; set; } = "";

    [Column("row_count")] public long Rows { get; set; }

    [Column("file_count")] public long Files { get; set; }

    [Column("byte_count")] public long Bytes { get; set; }

    [Column("content_hash")] public string ContentHash { get; set; } = "";

    [Column("producer")] public string Producer { get; set; } = "";

    [Column("created_at")] public DateTimeOffset CreatedAt { get; set; }

    [Column("read_count")] public long Read { get; set; }

    [Column("accepted_count")] public long Accepted { get; set; }

    [Column("rejected_count")] public long Rejected { get; set; }

    [Column("filtered_count")] public long Filtered { get; set; }

    [Column("duplicate_count")] public long Duplicates { get; set; }

    [Column("total_read_count")] public long TotalRead { get; set; }

    [Column("total_accepted_count")] public long TotalAccepted { get; set; }

    [Column("total_rejected_count")] public long TotalRejected { get; set; }

    [Column("total_filtered_count")] public long TotalFiltered { get; set; }

    [Column("total_duplicate_count")] public long TotalDuplicates { get; set; }

    /// <summary>Since when it is to be removed; null for one that is kept.</summary>
    [Column("expired_at")] public DateTimeOffset? ExpiredAt { get; set; }

    /// <summary>When its files were removed; null while they are there.</summary>
    [Column("removed_at")] public DateTimeOffset? RemovedAt { get; set; }

    [NotColumn]
    public RecordCounts Counts => new(Read, Accepted, Rejected, Filtered, Duplicates);

    [NotColumn]
    public RecordCounts Totals => new(TotalRead, TotalAccepted, TotalRejected, TotalFiltered, TotalDuplicates);

    [NotColumn]
    public DatasetVersion Id => new(Dataset, Version);
}

[Table("lineage_edge", Schema = "amls")]
internal sealed class LineageRow
{
    [PrimaryKey(0), Column("dataset")] public string Dataset { get; set; } = "";

    [PrimaryKey(1), Column("version")] public long Version { get; set; }

    [PrimaryKey(2), Column("parent")] public string Parent { get; set; } = "";

    [PrimaryKey(3), Column("parent_version")] public long ParentVersion { get; set; }
}

[Table("dataset_tag", Schema = "amls")]
internal sealed class TagRow
{
    [PrimaryKey(0), Column("dataset")] public string Dataset { get; set; } = "";

    [PrimaryKey(1), Column("tag")] public string Tag { get; set; } = "";

    [Column("version")] public long Version { get; set; }

    [Column("tagged_at")] public DateTimeOffset TaggedAt { get; set; }
}

[Table("file_digest", Schema = "amls")]
internal sealed class FileDigestRow
{
    [PrimaryKey, Column("data_file_id")] public long DataFileId { get; set; }

    [Column("path")] public string Path { get; set; } = "";

    [Column("sha256")] public string Sha256 { get; set; } = "";
}

[Table("source_offset", Schema = "amls")]
internal sealed class SourceOffsetRow
{
    [PrimaryKey(0), Column("source")] public string Source { get; set; } = "";

    [PrimaryKey(1), Column("partition_id")] public string Partition { get; set; } = "";

    [Column("next_offset")] public long Next { get; set; }

    [Column("updated_at")] public DateTimeOffset UpdatedAt { get; set; }
}

[Table("writer_epoch", Schema = "amls")]
internal sealed class WriterEpochRow
{
    [PrimaryKey(0), Column("source")] public string Source { get; set; } = "";

    [PrimaryKey(1), Column("partition_id")] public string Partition { get; set; } = "";

    [Column("epoch")] public long Epoch { get; set; }

    [Column("writer")] public string Writer { get; set; } = "";

    [Column("claimed_at")] public DateTimeOffset ClaimedAt { get; set; }
}
