using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace AkkaMLScheduler.Contracts;

/// <summary>The name of a job: 1 to 63 characters of <c>[a-z0-9-]</c>, starting and ending with a letter or digit.</summary>
/// <remarks>Narrow on purpose: the id is a folder name, a shard key and part of a URL, and must need no escaping in any of them.</remarks>
[JsonConverter(typeof(JobIdJsonConverter))]
public readonly partial record struct JobId(string Value)
{
    public static bool IsValid(string? value) => value is not null && Shape().IsMatch(value);

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex Shape();
}
