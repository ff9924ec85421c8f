namespace AkkaMLScheduler.Catalog;

/// <summary>
/// How a dataset's columns may change, by Iceberg's rules: add (nullable), drop, rename, and widen from Int32 to Int64. Files that are
/// appended may add and widen, and leave out nullable columns. The rest is refused with the column's name.
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

    /// <summary>The schema after edits, one after another.</summary>
    /// <exception cref="CatalogException">An edit is not allowed.</exception>
    public static EvolvedSchema Apply(string dataset, TableSchema current, IReadOnlyList<SchemaEdit> edits)
    {
        var columns = current.Columns.Select(column => (Column: column, Former: (string?)column.Name)).ToList();
        foreach (var edit in edits)
            Apply(dataset, columns, edit);
        var schema = new TableSchema([.. columns.Select(entry => entry.Column)]);
        schema.Validate(dataset);
        return new EvolvedSchema(schema, [.. columns.Select(entry => entry.Former)]);
    }

    private static void Apply(string dataset, List<(Column Column, string? Former)> columns, SchemaEdit edit)
    {
        int Find(string name)
        {
            var found = columns.FindIndex(entry => string.Equals(entry.Column.Name, name, StringComparison.OrdinalIgnoreCase));
            return found >= 0
                ? found
                : throw new CatalogException($"Dataset '{dataset}' has no column '{name}'; it has {string.Join(", ", columns.Select(entry => entry.Column.Name))}.");
        }

        switch (edit)
        {
            case SchemaEdit.Add { Column: { Nullable: false } required }:
                throw new CatalogException($"Column '{required.Name}' is new in dataset '{dataset}' and must be nullable: its rows lack it.");
            case SchemaEdit.Add add:
                columns.Add((add.Column, null));
                break;
            case SchemaEdit.Drop drop:
                columns.RemoveAt(Find(drop.Name));
                break;
            case SchemaEdit.Rename rename:
                var renamed = Find(rename.From);
                columns[renamed] = columns[renamed] with { Column = columns[renamed].Column with { Name = rename.To } };
                break;
            case SchemaEdit.Widen widen:
                var widened = Find(widen.Name);
                var column = columns[widened].Column;
                if ((column.Type, widen.Type) is not (ColumnType.Int32, ColumnType.Int64))
                    throw new CatalogException($"Column '{column.Name}' of dataset '{dataset}' is {column.Type}; only Int32 widens, to Int64.");
                columns[widened] = columns[widened] with { Column = column with { Type = widen.Type } };
                break;
            default:
                throw new ArgumentException($"unknown edit {edit}", nameof(edit));
        }
    }

    private static ColumnType Widest(string dataset, Column current, Column added) => (current.Type, added.Type) switch
    {
        var (left, right) when left == right => left,
        (ColumnType.Int32, ColumnType.Int64) or (ColumnType.Int64, ColumnType.Int32) => ColumnType.Int64,
        _ => throw new CatalogException(
            $"Column '{current.Name}' of dataset '{dataset}' is {current.Type} and cannot take {added.Type}; replace the dataset or use another name."),
    };
}
