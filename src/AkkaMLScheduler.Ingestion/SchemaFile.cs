using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AkkaMLScheduler.Ingestion;

/// <summary>
/// Columns as a user writes them down, in YAML or JSON: their names, types and whether a row may lack them, and, where a column takes
/// another field than that of its own name, which one and what of it.
/// </summary>
public sealed record SchemaFile(TableSchema Schema, FieldMap Fields)
{
    private const int MaxCharacters = 4 * 1024 * 1024;

    // A schema is a map with a list of maps; what YAML's tree builder calls itself for stays far below the stack.
    private const int MaxDepth = 16;

    private static readonly string[] RootKeys = ["columns", "otherFields"];
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
    public static SchemaFile Parse(string text)
    {
        if (text.Length > MaxCharacters)
            throw new IngestionException($"It has {text.Length} characters; the limit is {MaxCharacters}.");
        var stream = new YamlStream();
        try
        {
            CheckDepth(text);
            stream.Load(new StringReader(text));
        }
        catch (YamlException broken)
        {
            throw new IngestionException($"line {broken.Start.Line}: not valid YAML: {broken.Message}", broken);
        }

        if (stream.Documents.Count != 1)
            throw new IngestionException($"It has {stream.Documents.Count} documents; one is expected.");
        var root = Keys(stream.Documents[0].RootNode, "a schema", RootKeys);
        if (!root.TryGetValue("columns", out var list) || list is not YamlSequenceNode { Children.Count: > 0 } columns)
            throw new IngestionException("It has no list 'columns'.");
        var names = new List<Column>();
        var from = new List<string>();
        var parts = new List<FieldPart>();
        foreach (var node in columns)
        {
            var keys = Keys(node, "a column", ColumnKeys);
            var name = keys.TryGetValue("name", out var named) ? Text(named) : throw Wrong(node, "a column has no name");
            names.Add(new Column(name, Choice(keys, "type", Types, ColumnType.String), Choice(keys, "nullable", Truth, fallback: true)));
            from.Add(keys.TryGetValue("from", out var field) ? Text(field) : name);
            parts.Add(Choice(keys, "take", Parts, FieldPart.Whole));
        }

        if (from.GroupBy(field => field, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new IngestionException($"Two columns take the field '{twice.Key}'; a field goes to one column.");
        return new SchemaFile(new TableSchema(names), new FieldMap(from, parts, Choice(root, "otherFields", Others, fallback: false)));
    }

    private static void CheckDepth(string text)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext(); depth += parser.Current!.NestingIncrease)
        {
            if (depth > MaxDepth)
                throw new IngestionException($"line {parser.Current!.Start.Line}: nested deeper than {MaxDepth} levels.");
        }
    }

    private static Dictionary<string, YamlNode> Keys(YamlNode node, string what, string[] known)
    {
        if (node is not YamlMappingNode mapping)
            throw Wrong(node, $"{what} is keys with values: {string.Join(", ", known)}");
        var keys = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping)
        {
            var name = Text(key);
            if (!known.Contains(name, StringComparer.Ordinal))
                throw Wrong(key, $"{what} has no key '{name}'; it may have {string.Join(", ", known)}");
            keys.Add(name, value);
        }

        return keys;
    }

    private static T Choice<T>(Dictionary<string, YamlNode> keys, string name, Dictionary<string, T> choices, T fallback)
    {
        if (!keys.TryGetValue(name, out var node))
            return fallback;
        var text = Text(node).ToLowerInvariant();
        return choices.TryGetValue(text, out var choice) ? choice : throw Wrong(node, $"{name} is '{text}'; it may be {string.Join(", ", choices.Keys)}");
    }

    private static string Text(YamlNode node) => node is YamlScalarNode { Value: { } text } ? text : throw Wrong(node, "a single value is expected");

    private static IngestionException Wrong(YamlNode node, string why) => new($"line {node.Start.Line}: {why}.");
}
