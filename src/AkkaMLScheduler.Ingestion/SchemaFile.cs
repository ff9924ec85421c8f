using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion;

/// <summary>
/// Columns as a user writes them down, in YAML or JSON: their names, types and whether a row may lack them, and, where a column takes
/// another field than that of its own name, which one and what of it.
/// </summary>
public sealed record SchemaFile(TableSchema Schema, FieldMap Fields)
{
    private static readonly string[] ColumnKeys = ["name", "type", "nullable", "from", "take"];

    private static readonly Dictionary<string, ColumnType> Types = Enum.GetValues<ColumnType>()
        .Where(type => type != ColumnType.Int32List).ToDictionary(type => type.ToString().ToLowerInvariant());

    private static readonly Dictionary<string, FieldPart> Parts = new(StringComparer.Ordinal)
    {
        ["whole"] = FieldPart.Whole,
        ["first-word"] = FieldPart.FirstWord,
        ["lower"] = FieldPart.Lower,
        ["upper"] = FieldPart.Upper,
        ["year"] = FieldPart.Year,
    };

    private static readonly Dictionary<string, bool> Others = new(StringComparer.Ordinal) { ["error"] = false, ["drop"] = true };

    private static readonly Dictionary<string, bool> Truth = new(StringComparer.Ordinal) { ["true"] = true, ["false"] = false };

    /// <summary>What a section of columns may have.</summary>
    public static IReadOnlyCollection<string> Keys { get; } = ["columns", "otherFields"];

    /// <summary>The types that a column can have.</summary>
    public static IReadOnlyCollection<string> TypeNames => Types.Keys;

    /// <summary>The type of that name.</summary>
    public static bool TryType(string name, out ColumnType type) => Types.TryGetValue(name, out type);

    /// <exception cref="IngestionException">It cannot be read, or says what cannot be; one line says where.</exception>
    public static SchemaFile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new IngestionException($"Schema file '{path}' cannot be read: {refused.Message}", refused);
        }
        catch (IngestionException wrong)
        {
            throw new IngestionException($"Schema file '{path}': {wrong.Message}", wrong);
        }
    }

    /// <inheritdoc cref="Read"/>
    public static SchemaFile Parse(string text) => Of(YamlSection.Load(text, "a schema", Keys));

    /// <summary>The columns of a section that has <see cref="Keys"/>.</summary>
    /// <exception cref="IngestionException">It says what cannot be; one line says where.</exception>
    public static SchemaFile Of(YamlSection root)
    {
        var names = new List<Column>();
        var from = new List<string>();
        var parts = new List<FieldPart>();
        foreach (var column in root.Children("columns", "a column", ColumnKeys))
        {
            var name = column.Required("name");
            names.Add(new Column(name, column.Choice("type", Types, ColumnType.String), column.Choice("nullable", Truth, fallback: true)));
            from.Add(column.Text("from") ?? name);
            parts.Add(column.Choice("take", Parts, FieldPart.Whole));
        }

        if (from.GroupBy(field => field, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new IngestionException($"Two columns take the field '{twice.Key}'; a field goes to one column.");
        return new SchemaFile(new TableSchema(names), new FieldMap(from, [.. parts], root.Choice("otherFields", Others, fallback: false)));
    }
}
