using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace AkkaMLScheduler.Contracts;

/// <summary>The name of a job: 1 to 63 characters of <c>[a-z0-9-]</c>, starting and ending with a letter or digit.</summary>
/// <remarks>Narrow on purpose: the id is a folder name, a shard key and part of a URL, and must need no escaping in any of them.</remarks>
[JsonConverter(typeof(JobIdJsonConverter))]
public readonly partial record struct JobId(string Value)
{
    private const int MaxNameCharacters = 40;

    /// <summary>48 bits: among a million jobs of one name, two share an id with a probability of 1 in 560.</summary>
    private const int RandomCharacters = 12;

    public static bool IsValid(string? value) => value is not null && Shape().IsMatch(value);

    /// <summary>A new id that begins with what can be kept of a name. Drawn by whoever asks for a job, so that asking twice is one job.</summary>
    public static JobId Draw(string name)
    {
        var words = new string([.. name.ToLowerInvariant().Select(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') ? c : '-')]).Trim('-');
        return new JobId($"{(words.Length == 0 ? "job" : words[..Math.Min(words.Length, MaxNameCharacters)].Trim('-'))}-{Guid.NewGuid().ToString("n")[..RandomCharacters]}");
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex Shape();
}
