using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Processing;

/// <summary>The two columns on every raw row that say where it came from. Together they name a record and order all of them.</summary>
internal static class Provenance
{
    public const string Source = "_source";
    public const string Offset = "_offset";

    public static IReadOnlyList<Column> Columns { get; } =
    [
        new(Source, ColumnType.String, Nullable: false),
        new(Offset, ColumnType.Int64, Nullable: false),
    ];

    /// <summary>Columns that begin with an underscore belong to the pipeline, all others to the user.</summary>
    public static bool IsUserColumn(Column column) => !column.Name.StartsWith('_');
}
