using System.Text.Json.Serialization;
using AkkaMLScheduler.Cluster.Scheduler;

namespace AkkaMLScheduler.Cli.Rendering;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(AuditReport))]
internal sealed partial class AuditJson : JsonSerializerContext;
