namespace AkkaMLScheduler.Catalog;

/// <summary>The columns of a dataset, in order.</summary>
public sealed record TableSchema(IReadOnlyList<Column> Columns);
