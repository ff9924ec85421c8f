namespace AkkaMLScheduler.Catalog;

/// <summary>One column of a dataset.</summary>
public sealed record Column(string Name, ColumnType Type, bool Nullable = true);
