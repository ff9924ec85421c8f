using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>How the fields of a CSV file map to the columns of a schema.</summary>
public sealed class CsvLayout
{
    private CsvLayout(TableSchema schema, char delimiter, IReadOnlyList<string> fieldNames, int[] columns, FieldMap fields)
    {
        Schema = schema;
        Delimiter = delimiter;
        FieldNames = fieldNames;
        Columns = columns;
        Fields = fields;
    }

    /// <summary>The columns; those without a field stay null.</summary>
    public TableSchema Schema { get; }

    public char Delimiter { get; }

    /// <summary>Names from the header, or <c>column1</c> … without one; none for an empty file.</summary>
    public IReadOnlyList<string> FieldNames { get; }

    /// <summary>Per field, the index of its column; -1 for one that is left out.</summary>
    public int[] Columns { get; }

    /// <summary>What the columns take.</summary>
    public FieldMap Fields { get; }

    /// <summary>Maps by name (case does not count) where there is a header or a map, else by position.</summary>
    /// <exception cref="IngestionException">A field without a column, one column twice, or a field that the map names and the file lacks.</exception>
    public static CsvLayout Map(
        string file, TableSchema schema, IReadOnlyList<string> fieldNames, bool hasHeader, char delimiter, FieldMap? map = null)
    {
        var byName = hasHeader || map is not null;
        var fields = map ?? FieldMap.Of(schema);
        var present = fieldNames.ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (map is not null && fieldNames.Count > 0 && map.From.FirstOrDefault(name => !present.Contains(name)) is { } absent)
            throw new IngestionException($"'{file}' has no field '{Excerpt.Of(absent)}'; it has {Excerpt.OfNames(fieldNames)}.");
        if (!byName && fieldNames.Count > 0 && fieldNames.Count != schema.Columns.Count)
        {
            throw new IngestionException(
                $"'{file}' has no header and {fieldNames.Count} fields, but the schema has {schema.Columns.Count} columns: {Names(schema)}.");
        }

        var takers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < fields.From.Count; i++)
            takers.TryAdd(fields.From[i], i);
        var columns = new int[fieldNames.Count];
        var taken = new HashSet<int>();
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = byName ? takers.GetValueOrDefault(fieldNames[i], -1) : i;
            if (columns[i] < 0 && fields.DropsOthers)
                continue;
            if (columns[i] < 0)
            {
                throw new IngestionException(
                    $"'{file}' has a column '{Excerpt.Of(fieldNames[i])}' that the schema lacks: {Names(schema)}. Use another dataset or rename it.");
            }

            if (!taken.Add(columns[i]))
                throw new IngestionException($"'{file}' names the column '{Excerpt.Of(fieldNames[i])}' twice; rename one in its header.");
        }

        return new CsvLayout(schema, delimiter, fieldNames, columns, fields);
    }

    private static string Names(TableSchema schema) => Excerpt.OfNames([.. schema.Columns.Select(column => column.Name)]);
}
