namespace AkkaMLScheduler.Catalog;

/// <summary>
/// Which schema an append leaves behind. A part of Iceberg's rules: columns may be added (nullable), be absent from the new files
/// (nullable), and widen from Int32 to Int64 either way round. The rest is refused with the column's name.
/// </summary>
internal static class SchemaEvolution
{
    /// <exception cref="CatalogException">The change is not allowed.</exception>
    public static TableSchema Append(string dataset, TableSchema current, TableSchema added)
    {
        var merged = new List<Column>(current.Columns.Count);
        foreach (var column in current.Columns)
        {
            if (added.Find(column.Name) is not { } other)
            {
                if (!column.Nullable)
                    throw new CatalogException($"Dataset '{dataset}' requires column '{column.Name}', which the appended files lack.");
                merged.Add(column);
                continue;
            }

            merged.Add(column with
            {
                Type = Widest(dataset, column, other),
                Nullable = column.Nullable || other.Nullable,
            });
        }

        foreach (var column in added.Columns.Where(column => current.IndexOf(column.Name) < 0))
        {
            if (!column.Nullable)
                throw new CatalogException($"Column '{column.Name}' is new in dataset '{dataset}' and must be nullable: older rows lack it.");
            merged.Add(column);
        }

        return new TableSchema(merged);
    }

    private static ColumnType Widest(string dataset, Column current, Column added) => (current.Type, added.Type) switch
    {
        var (left, right) when left == right => left,
        (ColumnType.Int32, ColumnType.Int64) or (ColumnType.Int64, ColumnType.Int32) => ColumnType.Int64,
        _ => throw new CatalogException(
            $"Column '{current.Name}' of dataset '{dataset}' is {current.Type} and cannot take {added.Type}; replace the dataset or use another name."),
    };
}
