using System.Text.Json;
using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Contracts;

/// <summary>Writes a <see cref="JobId"/> as the plain string it is.</summary>
public sealed class JobIdJsonConverter : JsonConverter<JobId>
{
    public override JobId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("A job id is null."));

    public override void Write(Utf8JsonWriter writer, JobId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
