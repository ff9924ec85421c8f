using System.Text.Encodings.Web;
using System.Text.Json;

namespace AkkaMLScheduler.Contracts;

/// <summary>How a list or a map stands in the parameters of a <see cref="RunSpec"/>, which are text: as JSON that holds strings only.</summary>
public static class ParameterText
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string OfList(IEnumerable<string> items) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var item in items) json.WriteStringValue(item);
        json.WriteEndArray();
    });

    /// <summary>Sorted by key, so that equal maps are equal texts.</summary>
    public static string OfMap(IEnumerable<KeyValuePair<string, string>> entries) => Write(json =>
    {
        json.WriteStartObject();
        foreach (var (key, value) in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    });

    /// <summary>False when the text is no JSON array of strings.</summary>
    public static bool TryList(string text, out IReadOnlyList<string> items)
    {
        using var json = Parse(text, JsonValueKind.Array);
        var found = json?.RootElement.EnumerateArray().ToList();
        var isList = found is not null && found.All(item => item.ValueKind == JsonValueKind.String);
        items = isList ? [.. found!.Select(item => item.GetString()!)] : [];
        return isList;
    }

    /// <summary>False when the text is no JSON object of strings.</summary>
    public static bool TryMap(string text, out IReadOnlyDictionary<string, string> entries)
    {
        using var json = Parse(text, JsonValueKind.Object);
        var found = json?.RootElement.EnumerateObject().ToList();
        var isMap = found is not null
            && found.All(entry => entry.Value.ValueKind == JsonValueKind.String)
            && found.DistinctBy(entry => entry.Name).Count() == found.Count;
        entries = isMap ? found!.ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!) : new Dictionary<string, string>();
        return isMap;
    }

    private static JsonDocument? Parse(string text, JsonValueKind kind)
    {
        try
        {
            var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == kind) return json;
            json.Dispose();
        }
        catch (JsonException)
        {
            // Any other text is a plain value.
        }

        return null;
    }

    private static string Write(Action<Utf8JsonWriter> content)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain)) content(json);
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
