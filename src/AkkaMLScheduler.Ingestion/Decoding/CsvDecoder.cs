using System.Buffers;
using System.Text;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>RFC 4180 rows, from bytes to columns. Where the RFC says nothing, or users write something else:</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>case</term><description>what happens</description></listheader>
/// <item><term>a delimiter, a line end or a doubled quote within quotes</term><description>part of the field</description></item>
/// <item><term>a quote within a field that does not begin with one</term><description>part of the field</description></item>
/// <item><term>blanks around a field</term><description>part of the field; a quote after them is no opening one</description></item>
/// <item><term>anything between a closing quote and the delimiter</term><description><see cref="RejectCodes.MalformedCsv"/></description></item>
/// <item><term>a carriage return outside of quotes that ends no line</term>
/// <description><see cref="RejectCodes.MalformedCsv"/></description></item>
/// <item><term>a quote that closes nowhere</term>
/// <description>its first line: <see cref="RejectCodes.UnclosedQuote"/>; the next line is a row again</description></item>
/// <item><term>more or fewer fields than the header, or, without one, the first row</term><description><see cref="RejectCodes.FieldCount"/></description></item>
/// <item><term>an empty line, or one of blanks</term>
/// <description>filtered; of a file with one column a row, as it has one field</description></item>
/// <item><term>a text that means null (empty, NA), quoted or not</term><description>null; in a required column <see cref="RejectCodes.MissingValue"/></description></item>
/// </list>
/// What holds for the records of every format is told at <see cref="RejectCodes"/>.
/// </remarks>
public sealed class CsvDecoder : RecordDecoder
{
    private readonly int[] _columns;
    private readonly FieldMap _map;
    private readonly byte[][] _nulls;
    private readonly int _longestNull;
    private readonly byte _delimiter;
    private readonly SearchValues<byte> _stops;

    /// <param name="layout">Fields of the file and the columns they go to.</param>
    /// <param name="nulls">Field texts that mean null.</param>
    /// <exception cref="IngestionException">A column has a type that no source can give.</exception>
    public CsvDecoder(CsvLayout layout, IEnumerable<string> nulls)
        : base(layout.Schema)
    {
        _columns = layout.Columns;
        _map = layout.Fields;
        _nulls = [.. nulls.Distinct().Select(Encoding.UTF8.GetBytes)];
        _longestNull = _nulls.Select(token => token.Length).DefaultIfEmpty(-1).Max();
        _delimiter = (byte)layout.Delimiter;
        _stops = CsvFields.Stops(_delimiter);
    }

    /// <summary>The fields of one record, or null and the rule that it breaks.</summary>
    public static string[]? ParseRow(ReadOnlySpan<byte> record, char delimiter, out string? broken)
    {
        var texts = new List<string>();
        var fields = new CsvFields(record, (byte)delimiter, CsvFields.Stops((byte)delimiter));
        while (fields.MoveNext())
        {
            var text = Encoding.UTF8.GetString(fields.Current);
            texts.Add(fields.IsDoubled ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text);
        }

        broken = fields.Broken;
        return broken is null ? [.. texts] : null;
    }

    private protected override Fault? Decode(in SourceRecord record, RowBuilder row)
    {
        var fields = new CsvFields(record.Bytes.Span, _delimiter, _stops);
        var count = 0;
        for (; fields.MoveNext(); count++)
        {
            if (fields.IsDoubled)
                SetUndoubled(row, count, fields.Current);
            else
                Set(row, count, fields.Current);
        }

        if (fields.Broken is { } rule)
            return new Fault(RejectCodes.MalformedCsv, At(record, $"{rule} (field {count + 1})"));
        return count == _columns.Length
            ? null
            : new Fault(RejectCodes.FieldCount, At(record, $"The row has {count} fields; {_columns.Length} are expected."));
    }

    /// <summary>In a file of one column every line is a row, also one that is empty.</summary>
    private protected override bool IsBlank(ReadOnlySpan<byte> bytes) => _columns.Length != 1 && base.IsBlank(bytes);

    private void SetUndoubled(RowBuilder row, int field, ReadOnlySpan<byte> inside)
    {
        var room = ArrayPool<byte>.Shared.Rent(inside.Length);
        try
        {
            Set(row, field, CsvFields.Undouble(inside, room));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    private void Set(RowBuilder row, int field, ReadOnlySpan<byte> text)
    {
        if (field >= _columns.Length || _columns[field] is not (>= 0 and var column))
            return;
        if (IsNull(text))
            row.SetNull(column);
        else
            row.SetText(column, _map.Take(column, text));
    }

    private bool IsNull(ReadOnlySpan<byte> text)
    {
        if (text.Length > _longestNull)
            return false;
        foreach (var token in _nulls)
        {
            if (text.SequenceEqual(token))
                return true;
        }

        return false;
    }
}
