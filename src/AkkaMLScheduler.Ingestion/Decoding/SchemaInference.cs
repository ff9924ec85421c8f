using System.Globalization;
using System.Text.Json;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>
/// Reads column types off a sample: Boolean, Int64, Float64, else String; every column nullable. A column without any value is
/// String, and so is one whose whole numbers have leading zeros or more digits than their type holds: those are identifiers.
/// </summary>
public static class SchemaInference
{
    private const int MaxNameLength = 255;

    /// <summary>Types of CSV columns; rows with another number of fields do not count.</summary>
    public static TableSchema FromRows(IReadOnlyList<string> names, IEnumerable<string[]> rows, IReadOnlyCollection<string> nulls)
    {
        var evidence = new Evidence[names.Count];
        foreach (var row in rows.Where(row => row.Length == names.Count))
        {
            for (var i = 0; i < row.Length; i++)
            {
                if (!nulls.Contains(row[i]))
                    evidence[i] |= Of(row[i]);
            }
        }

        return new TableSchema([.. names.Select((name, i) => new Column(name, Type(evidence[i])))]);
    }

    /// <summary>
    /// Keys and types of JSON objects, in order of first appearance. Lines that are no objects do not count, nor do keys that cannot name a
    /// column: empty or very long ones, and those that differ from an earlier one by case only.
    /// </summary>
    public static TableSchema FromJson(IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        var names = new List<string>();
        var evidence = new Dictionary<string, Evidence>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                    continue;
                foreach (var property in document.RootElement.EnumerateObject())
                {
                    var name = property.Name;
                    if (!evidence.TryGetValue(name, out var before))
                    {
                        if (!CanName(name) || !taken.Add(name))
                            continue;
                        names.Add(name);
                    }

                    evidence[name] = before | Of(property.Value);
                }
            }
            catch (Exception unusable) when (unusable is JsonException or InvalidOperationException)
            {
                // The decoder rejects such a line with its reason; it says nothing about types.
            }
        }

        return new TableSchema([.. names.Select(name => new Column(name, Type(evidence[name])))]);
    }

    /// <summary>Whether a text reads as a number or a truth value.</summary>
    internal static bool IsValue(string text)
        => Of(text) != Evidence.Text || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>Whether a text can name a column.</summary>
    internal static bool CanName(string text) => !string.IsNullOrWhiteSpace(text) && text.Length <= MaxNameLength && !text.Contains('\0');

    private static ColumnType Type(Evidence evidence) => evidence switch
    {
        Evidence.Boolean => ColumnType.Boolean,
        Evidence.Whole or Evidence.Long or (Evidence.Whole | Evidence.Long) => ColumnType.Int64,
        Evidence.Real or (Evidence.Real | Evidence.Whole) => ColumnType.Float64,
        _ => ColumnType.String,
    };

    private static Evidence Of(string text)
    {
        if (bool.TryParse(text, out _))
            return Evidence.Boolean;
        var digits = text.AsSpan().TrimStart("+-");
        if (digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]))
            return Evidence.Text;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return Of(whole);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
            && double.IsFinite(real)
            && (real is >= -RowBuilder.ExactInDouble and <= RowBuilder.ExactInDouble || text.AsSpan().ContainsAny(".eE"))
            ? Evidence.Real
            : Evidence.Text;
    }

    private static Evidence Of(long whole) => whole is >= -RowBuilder.ExactInDouble and <= RowBuilder.ExactInDouble ? Evidence.Whole : Evidence.Long;

    private static Evidence Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => Evidence.None,
        JsonValueKind.True or JsonValueKind.False => Evidence.Boolean,
        JsonValueKind.Number => Of(value.GetRawText()),
        _ => Evidence.Text,
    };

    /// <summary>What the values of a column were seen to be.</summary>
    [Flags]
    private enum Evidence
    {
        None = 0,
        Boolean = 1,
        Whole = 2,

        /// <summary>Whole, and beyond what a double holds.</summary>
        Long = 4,
        Real = 8,
        Text = 16,
    }
}
