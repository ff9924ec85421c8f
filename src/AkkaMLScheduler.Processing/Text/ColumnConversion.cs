using System.Globalization;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Processing;

/// <summary>
/// Converts one value to a column's type without loss: texts by invariant rules (ISO 8601 for moments, UTC when without zone;
/// true/false in any case), Int32 to Int64, integers to Float64 while they are exact, and anything but lists and bytes to text.
/// </summary>
internal static class ColumnConversion
{
    /// <summary>Beyond 2^53 a double skips integers.</summary>
    private const long MaxExactInteger = 1L << 53;

    public static bool TryConvert(object value, ColumnType type, out object? converted)
    {
        converted = (type, value) switch
        {
            (ColumnType.Boolean, bool) or (ColumnType.Int32, int) or (ColumnType.Int64, long) or (ColumnType.Float64, double)
                or (ColumnType.String, string) or (ColumnType.Timestamp, DateTimeOffset) or (ColumnType.Binary, byte[])
                or (ColumnType.Int32List, int[]) => value,
            (ColumnType.Int64, int number) => (long)number,
            (ColumnType.Int32, long number) when number is >= int.MinValue and <= int.MaxValue => (int)number,
            (ColumnType.Float64, int number) => (double)number,
            (ColumnType.Float64, long number) when number is >= -MaxExactInteger and <= MaxExactInteger => (double)number,
            (ColumnType.String, not (byte[] or int[])) => RowText.Value(value),
            (_, string text) => FromText(text, type),
            _ => null,
        };
        return converted is not null;
    }

    private static object? FromText(string text, ColumnType type) => type switch
    {
        ColumnType.Boolean => bool.TryParse(text, out var boolean) ? boolean : null,
        ColumnType.Int32 => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
        ColumnType.Int64 => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
        ColumnType.Float64 => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        ColumnType.Timestamp => DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null,
        _ => null,
    };
}
