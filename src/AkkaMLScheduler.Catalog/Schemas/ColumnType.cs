namespace AkkaMLScheduler.Catalog;

/// <summary>The types of a column. Each has one Parquet, one DuckLake and one .NET form, see <see cref="ColumnValues{T}"/>.</summary>
public enum ColumnType
{
    Boolean,
    Int32,
    Int64,
    Float64,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>A moment in UTC with microseconds.</summary>
    Timestamp,

    Binary,

    /// <summary>A list of 32-bit integers without nulls inside, e.g. token ids.</summary>
    Int32List,
}
