using System.Globalization;
using System.Text;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>
/// Fills a batch row by row. A field goes to its column as soon as it is read, converted to the column's type; if the record turns out
/// to be faulty, the row is taken back. What a type cannot hold without loss is a fault, and of several that of the first column counts.
/// </summary>
internal sealed class RowBuilder(ColumnBatch batch)
{
    /// <summary>Up to here a double holds every whole number, and what it holds came from no other (RFC 7493).</summary>
    public const long ExactInDouble = (1L << 53) - 1;

    /// <summary>Bytes of a text that is parsed without an allocation. A longer one is no moment and no truth value.</summary>
    private const int ShortText = 128;

    private readonly Column[] _columns = [.. batch.Schema.Columns];
    private int _rows = batch.Count;
    private int _set; // columns of the open row that have a field
    private Fault? _fault;
    private int _faultColumn;

    public ColumnBatch Batch => batch;

    /// <summary>Whether the open row has a field (also a null) in this column.</summary>
    public bool Has(int column) => batch[column].Count > _rows;

    public void SetNull(int column)
    {
        _set++;
        batch[column].AppendNull();
        if (!_columns[column].Nullable)
            Note(column, new Fault(RejectCodes.MissingValue, $"Column '{_columns[column].Name}' is required but has no value."));
    }

    /// <param name="column">The column.</param>
    /// <param name="text">UTF-8.</param>
    public void SetText(int column, ReadOnlySpan<byte> text)
    {
        _set++;
        switch (_columns[column].Type)
        {
            case ColumnType.String:
                batch.Utf8s(column).Append(text);
                break;
            case ColumnType.Int64 when ToWhole(text) is { } whole:
                batch.Int64s(column).Append(whole);
                break;
            case ColumnType.Int32 when ToWhole(text) is >= int.MinValue and <= int.MaxValue and { } whole:
                batch.Int32s(column).Append((int)whole);
                break;
            case ColumnType.Float64 when ToReal(text) is { } real:
                batch.Float64s(column).Append(real);
                break;
            case ColumnType.Boolean when ToBoolean(text) is { } flag:
                batch.Booleans(column).Append(flag);
                break;
            case ColumnType.Timestamp when ToMoment(text) is { } moment:
                batch.Timestamps(column).Append(moment);
                break;
            case ColumnType.Binary when ToBytes(text) is { } bytes:
                batch.Binaries(column).Append(bytes);
                break;
            default:
                Mismatch(column, $"'{Excerpt.Of(text)}'");
                break;
        }
    }

    /// <summary>Sets a number as JSON writes it. A column of whole numbers takes 2.0 and 2e3 too.</summary>
    public void SetNumber(int column, ReadOnlySpan<byte> literal)
    {
        _set++;
        switch (_columns[column].Type)
        {
            case ColumnType.Int64 when (ToWhole(literal) ?? ToWholeDecimal(literal)) is { } whole:
                batch.Int64s(column).Append(whole);
                break;
            case ColumnType.Int32 when (ToWhole(literal) ?? ToWholeDecimal(literal)) is >= int.MinValue and <= int.MaxValue and { } whole:
                batch.Int32s(column).Append((int)whole);
                break;
            case ColumnType.Float64 when ToReal(literal) is { } real:
                batch.Float64s(column).Append(real);
                break;
            default:
                Mismatch(column, Excerpt.Of(literal));
                break;
        }
    }

    public void SetBoolean(int column, bool value)
    {
        _set++;
        if (_columns[column].Type == ColumnType.Boolean)
            batch.Booleans(column).Append(value);
        else
            Mismatch(column, value ? "true" : "false");
    }

    /// <summary>Ends the row; columns without a field are null. A row that does not fit its columns is taken back, and its fault returned.</summary>
    public Fault? Complete()
    {
        for (var i = 0; _set < _columns.Length; i++)
        {
            if (!Has(i))
                SetNull(i);
        }

        if (_fault is { } fault)
        {
            Abandon();
            return fault;
        }

        _rows++;
        _set = 0;
        return null;
    }

    /// <summary>Takes the open row back.</summary>
    public void Abandon()
    {
        batch.Truncate(_rows);
        _set = 0;
        _fault = null;
    }

    private void Mismatch(int column, string value)
    {
        batch[column].AppendNull();
        Note(column, new Fault(RejectCodes.TypeMismatch, $"Column '{_columns[column].Name}' cannot hold {value} as {_columns[column].Type}."));
    }

    private void Note(int column, Fault fault)
    {
        if (_fault is null || column < _faultColumn)
            (_fault, _faultColumn) = (fault, column);
    }

    private static long? ToWhole(ReadOnlySpan<byte> text)
        => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static long? ToWholeDecimal(ReadOnlySpan<byte> text)
        => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && decimal.Truncate(value) == value && value is >= long.MinValue and <= long.MaxValue
            ? (long)value
            : null;

    /// <summary>The nearest double; none where that would change the digits of a whole number.</summary>
    private static double? ToReal(ReadOnlySpan<byte> text)
        => ShortDecimal.Parse(text) is { } exact ? exact
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value)
            && (value is >= -ExactInDouble and <= ExactInDouble || text.ContainsAny(".eE"u8))
            ? value
            : null;

    private static bool? ToBoolean(ReadOnlySpan<byte> text)
        => text.Length <= ShortText && bool.TryParse(Characters(text, stackalloc char[ShortText]), out var value) ? value : null;

    private static DateTimeOffset? ToMoment(ReadOnlySpan<byte> text)
        => text.Length <= ShortText && DateTimeOffset.TryParse(
            Characters(text, stackalloc char[ShortText]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment.ToUniversalTime()
            : null;

    private static byte[]? ToBytes(ReadOnlySpan<byte> text)
    {
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64Chars(Characters(text, stackalloc char[ShortText]), buffer, out var length) ? buffer[..length] : null;
    }

    private static ReadOnlySpan<char> Characters(ReadOnlySpan<byte> text, Span<char> room)
        => text.Length <= room.Length ? room[..Encoding.UTF8.GetChars(text, room)] : Encoding.UTF8.GetString(text);
}
