using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Catalog;

/// <summary>How a schema is stored beside its version: readable in SQL, types by name.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<Column>))]
internal sealed partial class SchemaJson : JsonSerializerContext;
