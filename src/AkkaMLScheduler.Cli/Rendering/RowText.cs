using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Cli.Rendering;

/// <summary>Rows of any schema, for people and for programs.</summary>
internal static class RowText
{
    private const int Longest = 80;

    /// <summary>An array of objects. Bytes are text where they are UTF-8, else base64; numbers that JSON has not are strings.</summary>
    public static string Json(TableSchema schema, IEnumerable<object?[]> rows)
    {
        var all = new JsonArray();
        foreach (var row in rows)
        {
            var one = new JsonObject();
            for (var i = 0; i < row.Length; i++) one.Add(schema.Columns[i].Name, Node(row[i]));
            all.Add(one);
        }

        return all.ToJsonString();
    }

    /// <summary>One line, shortened.</summary>
    public static string Cell(object? value)
    {
        var text = value switch
        {
            null => "",
            DateTimeOffset moment => moment.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture),
            byte[] bytes => Text(bytes),
            int[] list => $"[{string.Join(' ', list.Take(Longest))}]",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
        var line = text.ReplaceLineEndings("⏎");
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        bool boolean => JsonValue.Create(boolean),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number when double.IsFinite(number) => JsonValue.Create(number),
        double number => JsonValue.Create(number.ToString(CultureInfo.InvariantCulture)),
        string text => JsonValue.Create(text),
        byte[] bytes => JsonValue.Create(Text(bytes)),
        int[] list => new JsonArray([.. list.Select(item => (JsonNode)JsonValue.Create(item))]),
        DateTimeOffset moment => JsonValue.Create(moment),
        _ => throw new ArgumentException($"unknown column type {value.GetType()}", nameof(value)),
    };

    private static string Text(byte[] bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Convert.ToBase64String(bytes);
}
