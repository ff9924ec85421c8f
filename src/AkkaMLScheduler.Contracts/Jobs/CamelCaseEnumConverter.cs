using System.Text.Json;
using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Contracts;

/// <summary>Writes an enum as its camel-cased name, the way the HTTP API and the journals show it.</summary>
public sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
