using LinqToDB.Mapping;

namespace AkkaMLScheduler.Catalog.Tables;

// The DuckLake tables that we write. The specification fixes their names and columns.

[Table("ducklake_metadata", Schema = "lake")]
internal sealed class MetadataRow
{
    public const string DataPath = "data_path";

    [Column("key")] public string Key { get; set; } = "";

    [Column("value")] public string Value { get; set; } = "";
}

[Table("ducklake_snapshot", Schema = "lake")]
internal sealed class SnapshotRow
{
    [PrimaryKey, Column("snapshot_id")] public long SnapshotId { get; set; }

    [Column("snapshot_time")] public DateTimeOffset SnapshotTime { get; set; }

    [Column("schema_version")] public long SchemaVersion { get; set; }

    [Column("next_catalog_id")] public long NextCatalogId { get; set; }

    [Column("next_file_id")] public long NextFileId { get; set; }
}

[Table("ducklake_snapshot_changes", Schema = "lake")]
internal sealed class SnapshotChangesRow
{
    [PrimaryKey, Column("snapshot_id")] public long SnapshotId { get; set; }

    [Column("changes_made")] public string ChangesMade { get; set; } = "";

    [Column("author")] public string? Author { get; set; }

    [Column("commit_message")] public string? CommitMessage { get; set; }

    [Column("commit_extra_info")] public string? CommitExtraInfo { get; set; }
}

[Table("ducklake_schema", Schema = "lake")]
internal sealed class SchemaRow
{
    [PrimaryKey, Column("schema_id")] public long SchemaId { get; set; }

    [Column("schema_uuid")] public Guid SchemaUuid { get; set; }

    [Column("begin_snapshot")] public long BeginSnapshot { get; set; }

    [Column("end_snapshot")] public long? EndSnapshot { get; set; }

    [Column("schema_name")] public string SchemaName { get; set; } = "";

    [Column("path")] public string Path { get; set; } = "";

    [Column("path_is_relative")] public bool PathIsRelative { get; set; }
}

[Table("ducklake_schema_versions", Schema = "lake")]
internal sealed class SchemaVersionsRow
{
    [Column("begin_snapshot")] public long BeginSnapshot { get; set; }

    [Column("schema_version")] public long SchemaVersion { get; set; }

    [Column("table_id")] public long TableId { get; set; }
}

[Table("ducklake_table", Schema = "lake")]
internal sealed class TableRow
{
    [Column("table_id")] public long TableId { get; set; }

    [Column("table_uuid")] public Guid TableUuid { get; set; }

    [Column("begin_snapshot")] public long BeginSnapshot { get; set; }

    [Column("end_snapshot")] public long? EndSnapshot { get; set; }

    [Column("schema_id")] public long SchemaId { get; set; }

    [Column("table_name")] public string TableName { get; set; } = "";

    [Column("path")] public string Path { get; set; } = "";

    [Column("path_is_relative")] public bool PathIsRelative { get; set; }
}

[Table("ducklake_column", Schema = "lake")]
internal sealed class ColumnRow
{
    [Column("column_id")] public long ColumnId { get; set; }

    [Column("begin_snapshot")] public long BeginSnapshot { get; set; }

    [Column("end_snapshot")] public long? EndSnapshot { get; set; }

    [Column("table_id")] public long TableId { get; set; }

    [Column("column_order")] public long ColumnOrder { get; set; }

    [Column("column_name")] public string ColumnName { get; set; } = "";

    [Column("column_type")] public string ColumnType { get; set; } = "";

    [Column("initial_default")] public string? InitialDefault { get; set; }

    [Column("default_value")] public string? DefaultValue { get; set; }

    [Column("nulls_allowed")] public bool NullsAllowed { get; set; }

    [Column("parent_column")] public long? ParentColumn { get; set; }

    [Column("default_value_type")] public string DefaultValueType { get; set; } = "literal";

    [Column("default_value_dialect")] public string DefaultValueDialect { get; set; } = "duckdb";
}

[Table("ducklake_data_file", Schema = "lake")]
internal sealed class DataFileRow
{
    [PrimaryKey, Column("data_file_id")] public long DataFileId { get; set; }

    [Column("table_id")] public long TableId { get; set; }

    [Column("begin_snapshot")] public long BeginSnapshot { get; set; }

    [Column("end_snapshot")] public long? EndSnapshot { get; set; }

    [Column("path")] public string Path { get; set; } = "";

    [Column("path_is_relative")] public bool PathIsRelative { get; set; }

    [Column("file_format")] public string FileFormat { get; set; } = "parquet";

    [Column("record_count")] public long RecordCount { get; set; }

    [Column("file_size_bytes")] public long FileSizeBytes { get; set; }

    [Column("footer_size")] public long FooterSize { get; set; }

    [Column("row_id_start")] public long RowIdStart { get; set; }

    [Column("mapping_id")] public long? MappingId { get; set; }
}

[Table("ducklake_files_scheduled_for_deletion", Schema = "lake")]
internal sealed class ScheduledFileRow
{
    [Column("data_file_id")] public long DataFileId { get; set; }

    [Column("path")] public string Path { get; set; } = "";

    [Column("path_is_relative")] public bool PathIsRelative { get; set; }

    [Column("schedule_start")] public DateTimeOffset ScheduleStart { get; set; }
}

[Table("ducklake_column_mapping", Schema = "lake")]
internal sealed class ColumnMappingRow
{
    [Column("mapping_id")] public long MappingId { get; set; }

    [Column("table_id")] public long TableId { get; set; }

    [Column("type")] public string Type { get; set; } = "map_by_name";
}

[Table("ducklake_name_mapping", Schema = "lake")]
internal sealed class NameMappingRow
{
    [Column("mapping_id")] public long MappingId { get; set; }

    [Column("column_id")] public long ColumnId { get; set; }

    [Column("source_name")] public string SourceName { get; set; } = "";

    [Column("target_field_id")] public long TargetFieldId { get; set; }

    [Column("parent_column")] public long? ParentColumn { get; set; }

    [Column("is_partition")] public bool IsPartition { get; set; }
}

[Table("ducklake_table_stats", Schema = "lake")]
internal sealed class TableStatsRow
{
    [PrimaryKey, Column("table_id")] public long TableId { get; set; }

    [Column("record_count")] public long RecordCount { get; set; }

    [Column("next_row_id")] public long NextRowId { get; set; }

    [Column("file_size_bytes")] public long FileSizeBytes { get; set; }
}

[Table("ducklake_table_column_stats", Schema = "lake")]
internal sealed class TableColumnStatsRow
{
    [Column("table_id")] public long TableId { get; set; }

    [Column("column_id")] public long ColumnId { get; set; }

    [Column("contains_null")] public bool? ContainsNull { get; set; }

    [Column("contains_nan")] public bool? ContainsNaN { get; set; }

    [Column("min_value")] public string? MinValue { get; set; }

    [Column("max_value")] public string? MaxValue { get; set; }
}

[Table("ducklake_file_column_stats", Schema = "lake")]
internal sealed class FileColumnStatsRow
{
    [Column("data_file_id")] public long DataFileId { get; set; }

    [Column("table_id")] public long TableId { get; set; }

    [Column("column_id")] public long ColumnId { get; set; }

    [Column("value_count")] public long? ValueCount { get; set; }

    [Column("null_count")] public long? NullCount { get; set; }

    [Column("min_value")] public string? MinValue { get; set; }

    [Column("max_value")] public string? MaxValue { get; set; }

    [Column("contains_nan")] public bool? ContainsNaN { get; set; }
}
