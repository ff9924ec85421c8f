using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion;

/// <summary>The schemas that ingestion itself gives.</summary>
public static class RecordSchemas
{
    /// <summary>Where a raw row came from: <c>file://path</c> or <c>kafka://cluster/topic/partition</c>.</summary>
    public const string SourceColumn = "_source";

    /// <summary>Kafka offset, or number of the record in its file from 0. Unique with <see cref="SourceColumn"/>.</summary>
    public const string OffsetColumn = "_offset";

    /// <summary>Text records: an optional id and the text.</summary>
    public static TableSchema Text { get; } = new(new Column("id", ColumnType.String), new Column("text", ColumnType.String, Nullable: false));

    /// <summary>A rejects dataset: place, reason, and the record's bytes as they came.</summary>
    public static TableSchema Rejects { get; } = new(
        new Column("source", ColumnType.String, Nullable: false),
        new Column("offset", ColumnType.Int64, Nullable: false),
        new Column("code", ColumnType.String, Nullable: false),
        new Column("message", ColumnType.String, Nullable: false),
        new Column("raw", ColumnType.Binary));

    /// <summary>The user's columns followed by <see cref="SourceColumn"/> and <see cref="OffsetColumn"/>.</summary>
    /// <exception cref="IngestionException">A user's column has one of those names.</exception>
    public static TableSchema Raw(TableSchema columns)
    {
        if (columns.Find(SourceColumn) is not null || columns.Find(OffsetColumn) is not null)
            throw new IngestionException($"The column names '{SourceColumn}' and '{OffsetColumn}' are taken by ingestion; rename yours.");
        return new TableSchema([
            .. columns.Columns,
            new Column(SourceColumn, ColumnType.String, Nullable: false),
            new Column(OffsetColumn, ColumnType.Int64, Nullable: false)]);
    }

    /// <summary>A raw dataset's schema without the columns that ingestion added.</summary>
    public static TableSchema Columns(TableSchema raw)
        => new([.. raw.Columns.Where(column => column.Name is not SourceColumn and not OffsetColumn)]);
}
