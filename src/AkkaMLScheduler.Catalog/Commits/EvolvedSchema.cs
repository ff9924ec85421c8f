namespace AkkaMLScheduler.Catalog;

/// <summary>A dataset's next schema, and which of the former columns each of its columns is.</summary>
/// <param name="Schema">The columns.</param>
/// <param name="FormerNames">Per column, its name in the former version; null for one that is new.</param>
internal sealed record EvolvedSchema(TableSchema Schema, IReadOnlyList<string?> FormerNames)
{
    /// <summary>Columns are those of the same name.</summary>
    public static EvolvedSchema ByName(TableSchema schema, TableSchema? former) =>
        new(schema, [.. schema.Columns.Select(column => former?.Find(column.Name)?.Name)]);
}
