namespace AkkaMLScheduler.Scheduling;

/// <summary>A policy name nobody registered; the message lists the names there are.</summary>
public sealed class UnknownPolicyException(string kind, string name, IEnumerable<string> known)
    : ArgumentException($"There is no {kind} policy \"{name}\". Choose one of: {string.Join(", ", known)}.")
{
    public string Kind { get; } = kind;

    public string Name { get; } = name;
}
