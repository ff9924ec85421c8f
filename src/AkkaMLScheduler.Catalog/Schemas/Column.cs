namespace AkkaMLScheduler.Catalog;

/// <summary>A column of a dataset.</summary>
/// <param name="Name">1 to 255 characters, unique in its table without regard to case (as in DuckDB).</param>
/// <param name="Type">Type of its values.</param>
/// <param name="Nullable">Whether a row may lack it.</param>
public sealed record Column(string Name, ColumnType Type, bool Nullable = true);
