using System.Buffers;
using System.Text;
using Sylvan.Data.Csv;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>
/// RFC 4180 rows. What the framing left to do in a plain row, cutting it at delimiters and undoubling quotes, is done on its bytes;
/// Sylvan, which works on characters, would need strings for it. A row with anything unusual (a quote inside a field, a stray carriage
/// return) is read by Sylvan and accepted or rejected as it says.
/// </summary>
public sealed class CsvDecoder : RecordDecoder
{
    private const byte Quote = (byte)'"';
    private const int Unusual = -1;

    private readonly CsvLayout _layout;
    private readonly byte[][] _nulls;
    private readonly byte _delimiter;
    private readonly SearchValues<byte> _stops;

    /// <param name="layout">Fields of the file and the columns they go to.</param>
    /// <param name="nulls">Field texts that mean null.</param>
    /// <exception cref="IngestionException">A column has a type that no source can give.</exception>
    public CsvDecoder(CsvLayout layout, IEnumerable<string> nulls)
        : base(layout.Schema)
    {
        _layout = layout;
        _nulls = [.. nulls.Distinct().Select(Encoding.UTF8.GetBytes)];
        _delimiter = (byte)layout.Delimiter;
        _stops = SearchValues.Create([_delimiter, Quote, (byte)'\r', 0]);
    }

    /// <summary>The fields of one record, or null when it breaks the quoting rules.</summary>
    public static string[]? ParseRow(ReadOnlySpan<byte> record, char delimiter)
    {
        var text = Encoding.UTF8.GetString(record);
        try
        {
            using var reader = CsvDataReader.Create(new StringReader(text), Options(delimiter, text.Length));
            if (!reader.Read())
                return null;
            var fields = new string[reader.RowFieldCount];
            for (var i = 0; i < fields.Length; i++)
                fields[i] = reader.GetString(i);
            return reader.Read() ? null : fields;
        }
        catch (Exception broken) when (broken is CsvFormatException or CsvRecordTooLargeException or FormatException)
        {
            return null;
        }
    }

    private protected override Fault? Decode(SourceRecord record, RowBuilder row)
    {
        var count = Cut(record.Bytes.Span, row);
        if (count == Unusual)
        {
            row.Abandon();
            if (ParseRow(record.Bytes.Span, _layout.Delimiter) is not { } fields)
                return new Fault(RejectCodes.MalformedCsv, At(record, "The row breaks the quoting rules of RFC 4180."));
            for (count = 0; count < fields.Length; count++)
                Set(row, count, Encoding.UTF8.GetBytes(fields[count]));
        }

        return count == _layout.FieldNames.Count
            ? null
            : new Fault(RejectCodes.FieldCount, At(record, $"The row has {count} fields; {_layout.FieldNames.Count} are expected."));
    }

    /// <summary>Sets the fields of a plain row and returns their number, or <see cref="Unusual"/>.</summary>
    private int Cut(ReadOnlySpan<byte> rest, RowBuilder row)
    {
        for (var field = 0; ; field++)
        {
            int end;
            if (rest is [Quote, ..])
            {
                end = SetQuoted(rest, row, field);
                if (end < 0)
                    return Unusual;
            }
            else
            {
                end = rest.IndexOfAny(_stops);
                if (end < 0)
                    end = rest.Length;
                else if (rest[end] != _delimiter)
                    return Unusual;
                Set(row, field, rest[..end]);
            }

            if (end == rest.Length)
                return field + 1;
            rest = rest[(end + 1)..];
        }
    }

    /// <summary>Sets a field that begins with a quote and returns where it ends, or <see cref="Unusual"/>.</summary>
    private int SetQuoted(ReadOnlySpan<byte> rest, RowBuilder row, int field)
    {
        var doubled = false;
        var end = 1;
        while (true)
        {
            var quote = rest[end..].IndexOf(Quote);
            if (quote < 0)
                return Unusual;
            end += quote + 1;
            if (end == rest.Length || rest[end] == _delimiter)
                break;
            if (rest[end] != Quote)
                return Unusual;
            doubled = true;
            end++;
        }

        var inside = rest[1..(end - 1)];
        if (!doubled)
            Set(row, field, inside);
        else
            SetUndoubled(inside, row, field);
        return end;
    }

    private void SetUndoubled(ReadOnlySpan<byte> inside, RowBuilder row, int field)
    {
        var room = ArrayPool<byte>.Shared.Rent(inside.Length);
        try
        {
            var length = 0;
            while (inside.IndexOf(Quote) is >= 0 and var quote)
            {
                inside[..(quote + 1)].CopyTo(room.AsSpan(length));
                length += quote + 1;
                inside = inside[(quote + 2)..];
            }

            inside.CopyTo(room.AsSpan(length));
            Set(row, field, room.AsSpan(0, length + inside.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    private void Set(RowBuilder row, int field, ReadOnlySpan<byte> text)
    {
        if (field >= _layout.Columns.Count || _layout.Columns[field] is not (>= 0 and var column))
            return;
        if (IsNull(text))
            row.SetNull(column);
        else
            row.SetText(column, _layout.Fields.Take(column, text));
    }

    private bool IsNull(ReadOnlySpan<byte> text)
    {
        foreach (var token in _nulls)
        {
            if (text.SequenceEqual(token))
                return true;
        }

        return false;
    }

    private static CsvDataReaderOptions Options(char delimiter, int length) => new()
    {
        HasHeaders = false,
        Delimiter = delimiter,
        Comment = '\0', // no comments in RFC 4180: a row may start with '#'
        BufferSize = Math.Max(length + 1, 4096),
        OwnsReader = true,
    };
}
