using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AkkaMLScheduler.Ingestion;

/// <summary>One mapping of a YAML (or JSON) file whose keys are known: a mistyped key is an error, not ignored. Errors name the line.</summary>
public sealed class YamlSection
{
    private const int MaxCharacters = 4 * 1024 * 1024;

    // No file needs more; YamlDotNet's node reader recurses.
    private const int MaxDepth = 16;

    private readonly YamlMappingNode _node;
    private readonly string _what;
    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);

    private YamlSection(YamlNode node, string what, IReadOnlyCollection<string>? known)
    {
        _what = what;
        _node = node as YamlMappingNode ?? throw Wrong(node, $"{what} is keys with values{(known is null ? "" : $": {string.Join(", ", known)}")}");
        foreach (var (key, value) in _node)
        {
            var name = Scalar(key);
            if (known is not null && !known.Contains(name))
                throw Wrong(key, $"{what} has no key '{name}'; it may have {string.Join(", ", known)}");
            _values.Add(name, value);
        }
    }

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">One YAML document.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="known">The keys that it may have.</param>
    /// <exception cref="IngestionException">It is too long, too deep, no YAML, or not of those keys.</exception>
    public static YamlSection Load(string text, string what, IReadOnlyCollection<string> known)
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

        return stream.Documents.Count == 1
            ? new YamlSection(stream.Documents[0].RootNode, what, known)
            : throw new IngestionException($"It has {stream.Documents.Count} documents; one is expected.");
    }

    /// <summary>The mapping under a key, or null where there is none.</summary>
    public YamlSection? Child(string key, string what, IReadOnlyCollection<string> known)
        => _values.TryGetValue(key, out var node) ? new YamlSection(node, what, known) : null;

    /// <summary>The list of mappings under a key, which must be there.</summary>
    public IReadOnlyList<YamlSection> Children(string key, string what, IReadOnlyCollection<string> known)
        => _values.TryGetValue(key, out var list) && list is YamlSequenceNode { Children.Count: > 0 } nodes
            ? [.. nodes.Select(node => new YamlSection(node, what, known))]
            : throw Wrong(_node, $"{_what} has no list '{key}'");

    /// <summary>Whatever keys stand under a key, with their values; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Pairs(string key)
        => _values.TryGetValue(key, out var node)
            ? new YamlSection(node, $"'{key}'", null)._values.ToDictionary(pair => pair.Key, pair => Scalar(pair.Value))
            : new Dictionary<string, string>();

    /// <summary>The single value of a key, or null where there is none.</summary>
    public string? Text(string key) => _values.TryGetValue(key, out var node) ? Scalar(node) : null;

    /// <summary>The single value of a key that must be there.</summary>
    public string Required(string key) => Text(key) is { Length: > 0 } text ? text : throw Wrong(_node, $"{_what} has no {key}");

    /// <summary>One of some words, whatever their case.</summary>
    public T Choice<T>(string key, IReadOnlyDictionary<string, T> choices, T fallback)
        => Text(key) is not { } text ? fallback
            : choices.TryGetValue(text.ToLowerInvariant(), out var choice) ? choice
            : throw Wrong(key, $"it may be {string.Join(", ", choices.Keys)}");

    /// <summary>For a value that cannot be: names the key, the value and the line.</summary>
    public IngestionException Wrong(string key, string expected) => Wrong(_values[key], $"{key} is '{Scalar(_values[key])}'; {expected}");

    private static void CheckDepth(string text)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext(); depth += parser.Current!.NestingIncrease)
        {
            if (depth > MaxDepth)
                throw new IngestionException($"line {parser.Current!.Start.Line}: nested deeper than {MaxDepth} levels.");
        }
    }

    private static string Scalar(YamlNode node) => node is YamlScalarNode { Value: { } text } ? text : throw Wrong(node, "a single value is expected");

    private static IngestionException Wrong(YamlNode node, string why) => new($"line {node.Start.Line}: {why}.");
}
