using System.Text;

namespace AkkaMLScheduler.Scheduling.State;

/// <summary>What one task needs of a node. Two jobs with equal shapes can be answered from one computation.</summary>
internal readonly record struct TaskShape
{
    private readonly KeyValuePair<string, string>[] _selector;

    public TaskShape(JobRequest request)
    {
        Ask = request.PerTask;
        _selector = [.. request.Selector.OrderBy(pair => pair.Key, StringComparer.Ordinal)];
        SelectorText = Write(_selector);
    }

    public Resources Ask { get; }

    /// <summary>The selector in one canonical form; null when it selects nothing.</summary>
    public string? SelectorText { get; }

    public bool Matches(NodeState node)
    {
        if (SelectorText is null) return true;
        foreach (var (label, wanted) in _selector)
            if (!node.Capacity.Labels.TryGetValue(label, out var value) || value != wanted)
                return false;
        return true;
    }

    public bool Equals(TaskShape other) => Ask == other.Ask && SelectorText == other.SelectorText;

    public override int GetHashCode() => HashCode.Combine(Ask, SelectorText);

    private static string? Write(KeyValuePair<string, string>[] selector)
    {
        if (selector.Length == 0) return null;
        var text = new StringBuilder();
        // Lengths in front keep two different selectors from writing the same text.
        foreach (var (label, value) in selector)
            text.Append(label.Length).Append(':').Append(label).Append('=').Append(value.Length).Append(':').Append(value).Append(' ');
        return text.ToString();
    }
}
