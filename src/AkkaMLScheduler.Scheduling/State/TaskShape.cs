using System.Text;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>What one task needs of a node. Two jobs with equal shapes can be answered from one computation.</summary>
internal readonly record struct TaskShape
{
    private static readonly (string Label, string[] Values)[] SelectsNothing = [];

    private readonly (string Label, string[] Values)[] _selector;

    public TaskShape(Resources ask, IReadOnlyDictionary<string, string> selector)
    {
        Ask = ask;
        if (selector.Count == 0)
        {
            _selector = SelectsNothing;
            return;
        }

        var sorted = selector.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        _selector = [.. sorted.Select(pair => (pair.Key, pair.Value.Split('|')))];
        SelectorText = Write(sorted);
    }

    public Resources Ask { get; private init; }

    /// <summary>The selector in one canonical form; null when it selects nothing.</summary>
    public string? SelectorText { get; }

    public bool Matches(NodeState node)
    {
        if (SelectorText is null) return true;
        foreach (var (label, values) in _selector)
            if (!node.Capacity.Labels.TryGetValue(label, out var value) || Array.IndexOf(values, value) < 0)
                return false;
        return true;
    }

    /// <summary>The same nodes, another ask.</summary>
    public TaskShape Asking(Resources ask) => this with { Ask = ask };

    public bool Equals(TaskShape other) => Ask == other.Ask && SelectorText == other.SelectorText;

    public override int GetHashCode() => HashCode.Combine(Ask, SelectorText);

    private static string Write(KeyValuePair<string, string>[] selector)
    {
        var text = new StringBuilder();
        // Lengths in front keep two different selectors from writing the same text.
        foreach (var (label, value) in selector)
            text.Append(label.Length).Append(':').Append(label).Append('=').Append(value.Length).Append(':').Append(value).Append(' ');
        return text.ToString();
    }
}
