using System.Globalization;
using System.Text;
using System.Text.Json;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Processing;

/// <summary>A row as text, in the same way on every machine.</summary>
internal static class RowText
{
    /// <summary>One value: round-trip numbers, <c>true</c>/<c>false</c>, ISO 8601 in UTC, hex for bytes, spaces between list elements.</summary>
    public static string Value(object value) => value switch
    {
        string text => text,
        bool boolean => boolean ? "true" : "false",
        DateTimeOffset moment => moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        int[] list => string.Join(' ', list),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"no text for {value.GetType()}", nameof(value)),
    };

    /// <summary>The row as a language model reads it: <c>column: value</c>, one pair after the other with <c>; </c> between, nulls left out.</summary>
    public static string Pairs(IReadOnlyList<Column> columns, object?[] values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value)
                continue;
            if (text.Length > 0)
                text.Append("; ");
            text.Append(columns[i].Name).Append(": ").Append(Value(value));
        }

        return text.ToString();
    }

    /// <summary>Equal exactly when all values are: each with its length before it, a null as a dash.</summary>
    public static string Canonical(object?[] values)
    {
        var text = new StringBuilder();
        foreach (var value in values)
        {
            if (value is null)
            {
                text.Append("-;");
                continue;
            }

            var part = Value(value);
            text.Append(CultureInfo.InvariantCulture, $"{part.Length}:").Append(part).Append(';');
        }

        return text.ToString();
    }

    /// <summary>A JSON object of the original values, as texts.</summary>
    public static string Json(IReadOnlyList<Column> columns, object?[] values)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            for (var i = 0; i < values.Length; i++)
                json.WriteString(columns[i].Name, values[i] is { } value ? Value(value) : null);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
