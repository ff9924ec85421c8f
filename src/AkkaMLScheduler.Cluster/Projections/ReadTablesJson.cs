using System.Text.Json.Serialization;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Projections;

/// <summary>How lists and maps are written into columns of the read tables.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(JobSpec))]
[JsonSerializable(typeof(IReadOnlyList<TaskPlacement>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, double>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class ReadTablesJson : JsonSerializerContext;
