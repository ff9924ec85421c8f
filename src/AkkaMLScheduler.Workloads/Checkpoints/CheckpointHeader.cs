using System.Text.Json;
using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Workloads.Checkpoints;

/// <summary>
/// The first line of a checkpoint file, as JSON. What follows the line feed is the workload's payload, of <paramref name="PayloadBytes"/>
/// bytes, so that any tool can tell what a file is from its first line.
/// </summary>
/// <param name="Format">Version of this layout.</param>
/// <param name="Workload">The type that wrote it.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Identity">What must be the same in a run that resumes from it: shapes, seed, inputs.</param>
/// <param name="State">The small part of the state.</param>
internal sealed record CheckpointHeader(
    int Format,
    string Workload,
    long Step,
    IReadOnlyDictionary<string, string> Identity,
    IReadOnlyDictionary<string, string> State,
    long PayloadBytes)
{
    public const int CurrentFormat = 1;

    /// <summary>A longer first line is no header of ours.</summary>
    public const int MaxBytes = 1 << 20;
}

/// <summary>Source-generated, so that reading a header costs no reflection and instantiates nothing a file names.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CheckpointHeader))]
internal sealed partial class CheckpointJson : JsonSerializerContext
{
    public static byte[] Write(CheckpointHeader header) => JsonSerializer.SerializeToUtf8Bytes(header, Default.CheckpointHeader);

    public static CheckpointHeader? Read(ReadOnlySpan<byte> line) => JsonSerializer.Deserialize(line, Default.CheckpointHeader);
}
