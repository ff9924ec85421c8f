namespace AkkaMLScheduler.Catalog;

/// <summary>What is known of one column of one file, in DuckLake's encoding. A null means unknown.</summary>
/// <param name="Column">Name of the column.</param>
/// <param name="Values">Values that are not null.</param>
/// <param name="Nulls">Values that are null.</param>
/// <param name="Min">Smallest value as text; only for booleans (0 and 1) and numbers, NaN left out.</param>
/// <param name="Max">Largest value, likewise.</param>
/// <param name="ContainsNaN">Only for floating point.</param>
public sealed record ColumnStatistics(string Column, long Values, long Nulls, string? Min, string? Max, bool? ContainsNaN);
