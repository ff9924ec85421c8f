using System.Globalization;
using System.Text;
using Sylvan.Data.Csv;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>
/// RFC 4180 rows by Sylvan. A batch is parsed in one go; when the parser stumbles, or sees other rows than the framing did, the
/// batch is parsed again row by row, so that only the rows to blame are rejected.
/// </summary>
public sealed class CsvDecoder : RecordDecoder
{
    private readonly CsvLayout _layout;
    private readonly HashSet<string> _nulls;
    private readonly string _dummyHeader;

    /// <param name="layout">Fields of the file and the columns they go to.</param>
    /// <param name="nulls">Field texts that mean null.</param>
    public CsvDecoder(CsvLayout layout, IEnumerable<string> nulls)
    {
        _layout = layout;
        _nulls = [.. nulls];

        // Sylvan takes its field count from a header; ragged rows are then compared with it.
        _dummyHeader = string.Join(layout.Delimiter, Enumerable.Range(0, layout.FieldNames.Count).Select(i => "c" + i.ToString(CultureInfo.InvariantCulture))) + "\n";
    }

    /// <summary>The fields of one record, or null when it breaks the quoting rules.</summary>
    public static string[]? ParseRow(ReadOnlySpan<byte> record, char delimiter)
    {
        var text = Encoding.UTF8.GetString(record);
        try
        {
            using var reader = CsvDataReader.Create(new StringReader(text), Options(delimiter, text.Length, headers: false));
            if (!reader.Read())
                return null;
            var fields = new string[reader.RowFieldCount];
            for (var i = 0; i < fields.Length; i++)
                fields[i] = reader.GetString(i);
            return reader.Read() ? null : fields;
        }
        catch (Exception broken) when (IsMalformed(broken))
        {
            return null;
        }
    }

    protected override void DecodeSound(DecodedRecord[] results, IReadOnlyList<int> sound)
    {
        if (sound.Count == 0 || TryDecodeTogether(results, sound))
            return;
        foreach (var i in sound)
            results[i] = DecodeAlone(results[i].Source);
    }

    private bool TryDecodeTogether(DecodedRecord[] results, IReadOnlyList<int> sound)
    {
        var text = new StringBuilder(_dummyHeader);
        foreach (var i in sound)
            text.Append(Encoding.UTF8.GetString(results[i].Source.Bytes.Span)).Append('\n');
        try
        {
            var whole = text.ToString();
            using var reader = CsvDataReader.Create(new StringReader(whole), Options(_layout.Delimiter, whole.Length, headers: true));
            foreach (var i in sound)
            {
                if (!reader.Read())
                    return false;
                var record = results[i].Source;
                results[i] = reader.RowFieldCount == _layout.FieldNames.Count
                    ? new DecodedRecord(record, Fields(reader), null)
                    : new DecodedRecord(record, null, WrongCount(record, reader.RowFieldCount));
            }

            return !reader.Read();
        }
        catch (Exception broken) when (IsMalformed(broken))
        {
            return false;
        }
    }

    private DecodedRecord DecodeAlone(SourceRecord record)
    {
        var fields = ParseRow(record.Bytes.Span, _layout.Delimiter);
        if (fields is null)
            return new DecodedRecord(record, null, new Fault(RejectCodes.MalformedCsv, At(record, "The row breaks the quoting rules of RFC 4180.")));
        if (fields.Length != _layout.FieldNames.Count)
            return new DecodedRecord(record, null, WrongCount(record, fields.Length));
        var values = new FieldValue[_layout.ColumnCount];
        for (var i = 0; i < fields.Length; i++)
        {
            if (_layout.Columns[i] is >= 0 and var column)
                values[column] = Value(column, fields[i]);
        }

        return new DecodedRecord(record, values, null);
    }

    private FieldValue[] Fields(CsvDataReader reader)
    {
        var values = new FieldValue[_layout.ColumnCount];
        for (var i = 0; i < _layout.Columns.Count; i++)
        {
            if (_layout.Columns[i] is >= 0 and var column)
                values[column] = Value(column, reader.GetString(i));
        }

        return values;
    }

    private FieldValue Value(int column, string text) => _nulls.Contains(text) ? FieldValue.Null : FieldValue.Of(_layout.Fields.Take(column, text));

    private Fault WrongCount(SourceRecord record, int count) => new(
        RejectCodes.FieldCount,
        At(record, $"The row has {count} fields; {_layout.FieldNames.Count} are expected."));

    private static bool IsMalformed(Exception broken) => broken is CsvFormatException or CsvRecordTooLargeException or FormatException;

    private static CsvDataReaderOptions Options(char delimiter, int length, bool headers) => new()
    {
        HasHeaders = headers,
        Delimiter = delimiter,
        Comment = '\0', // no comments in RFC 4180: a row may start with '#'
        BufferSize = Math.Max(length + 1, 4096),
        OwnsReader = true,
    };
}
