using System.Buffers;
using System.Text;
using System.Text.Json;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>
/// One JSON object a record, by RFC 8259. Keys are column names (case counts); a text column also takes numbers, booleans and nested
/// values as their JSON text, since nothing is lost by that. Everything the schema does not know is rejected rather than dropped.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>case</term><description>what happens</description></listheader>
/// <item><term>a trailing comma, a comment, NaN, Infinity, a single quote, a record cut off, a second value in the line</term>
/// <description><see cref="RejectCodes.MalformedJson"/></description></item>
/// <item><term>arrays and objects more than 64 deep</term><description><see cref="RejectCodes.MalformedJson"/></description></item>
/// <item><term>half of a surrogate pair (<c>\ud800</c>) in a key or a text</term>
/// <description><see cref="RejectCodes.MalformedJson"/>: UTF-8 has none; kept within a nested value, which stays JSON</description></item>
/// <item><term>a number, string, array, true, false or null in place of the object</term><description><see cref="RejectCodes.NotAnObject"/></description></item>
/// <item><term>one key twice</term><description><see cref="RejectCodes.DuplicateKey"/>; not looked for within nested values</description></item>
/// <item><term>a key without a column</term><description><see cref="RejectCodes.UnknownColumn"/>, unless the schema drops others</description></item>
/// <item><term>a column without a key, or null</term><description>null; in a required column <see cref="RejectCodes.MissingValue"/></description></item>
/// <item><term>1e400, 1.5 for a whole number, a whole number beyond 2^53 - 1 for a Float64</term>
/// <description><see cref="RejectCodes.TypeMismatch"/>; a text column takes each as it is written</description></item>
/// <item><term>2.0 or 2e3 for a whole number, -0, more digits than a double has after the point</term>
/// <description>2, 2000, -0 (0 as a whole number), the nearest double</description></item>
/// <item><term>an empty line, or one of blanks</term><description>filtered</description></item>
/// </list>
/// What holds for the records of every format is told at <see cref="RejectCodes"/>.
/// </remarks>
public sealed class JsonDecoder : RecordDecoder
{
    /// <summary>Of arrays and objects within each other.</summary>
    public const int MaxDepth = 64;

    // With more columns, keys that come in another order are looked up by their hash: a record of 10,000 of them is not to take 10,000 squared.
    private const int FewColumns = 32;
    private const int LongName = 512;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    private readonly FieldMap _map;
    private readonly byte[][] _names;
    private readonly bool[] _isText;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _places;

    /// <param name="schema">The columns.</param>
    /// <param name="map">The keys that they take; null: those of their names.</param>
    /// <exception cref="IngestionException">A column has a type that no source can give.</exception>
    public JsonDecoder(TableSchema schema, FieldMap? map = null)
        : base(schema)
    {
        _map = map ?? FieldMap.Of(schema);
        _names = [.. _map.From.Select(Encoding.UTF8.GetBytes)];
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < _names.Length; i++)
            places.TryAdd(_map.From[i], i);
        _places = places.GetAlternateLookup<ReadOnlySpan<char>>();
        _isText = [.. schema.Columns.Select(column => column.Type == ColumnType.String)];
    }

    private protected override Fault? Decode(in SourceRecord record, RowBuilder row)
    {
        var bytes = record.Bytes.Span;
        try
        {
            var reader = new Utf8JsonReader(bytes, Options);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                reader.Read();
                return new Fault(RejectCodes.NotAnObject, At(record, "The JSON value is not an object."));
            }

            var fault = ReadObject(ref reader, bytes, record, row);
            while (reader.Read())
            {
                // to the end: what follows must be well formed too, and a fault of syntax is the one to report
            }

            return fault;
        }
        catch (JsonException broken)
        {
            return new Fault(RejectCodes.MalformedJson, At(record, Told(broken)));
        }
        catch (InvalidOperationException)
        {
            return new Fault(RejectCodes.MalformedJson, At(record, "A string holds half of a surrogate pair."));
        }
    }

    private Fault? ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, SourceRecord record, RowBuilder row)
    {
        var column = -1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            column = Find(ref reader, column + 1);
            if (column < 0 && _map.DropsOthers)
            {
                reader.Read();
                reader.Skip();
                continue;
            }

            if (column < 0)
                return new Fault(RejectCodes.UnknownColumn, At(record, $"The schema has no column '{Excerpt.Of(reader.GetString()!)}'."));
            if (row.Has(column))
                return new Fault(RejectCodes.DuplicateKey, At(record, $"The key '{Excerpt.Of(reader.GetString()!)}' stands twice."));
            reader.Read();
            ReadValue(ref reader, bytes, column, row);
        }

        return null;
    }

    private void ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, int column, RowBuilder row)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                row.SetNull(column);
                break;
            case JsonTokenType.String when reader.ValueIsEscaped:
                SetUnescaped(ref reader, column, row);
                break;
            case JsonTokenType.String:
                row.SetText(column, _map.Take(column, reader.ValueSpan));
                break;
            case JsonTokenType.Number when !_isText[column]:
                row.SetNumber(column, reader.ValueSpan);
                break;
            case JsonTokenType.True or JsonTokenType.False when !_isText[column]:
                row.SetBoolean(column, reader.TokenType == JsonTokenType.True);
                break;
            default:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                row.SetText(column, bytes[start..(int)reader.BytesConsumed]);
                break;
        }
    }

    /// <summary>Blanks as JSON knows them: a form feed is none.</summary>
    private protected override bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private void SetUnescaped(ref Utf8JsonReader reader, int column, RowBuilder row)
    {
        var room = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length); // an escape is never shorter than what it stands for
        try
        {
            row.SetText(column, _map.Take(column, room.AsSpan(0, reader.CopyString(room))));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    /// <summary>The column of the key, looked for first where it is if keys stand in the order of the columns; -1 if there is none.</summary>
    private int Find(ref Utf8JsonReader reader, int likely)
    {
        if (likely < _names.Length && reader.ValueTextEquals(_names[likely]))
            return likely;
        if (_names.Length > FewColumns && reader.ValueSpan.Length <= LongName)
            return FindByHash(ref reader);
        for (var i = 0; i < _names.Length; i++)
        {
            if (reader.ValueTextEquals(_names[i]))
                return i;
        }

        return -1;
    }

    private int FindByHash(ref Utf8JsonReader reader)
    {
        Span<char> room = stackalloc char[LongName];
        ReadOnlySpan<char> name = room[..reader.CopyString(room)];
        return _places.TryGetValue(name, out var column) ? column : -1;
    }

    /// <summary>What the parser says, with the place as a person counts.</summary>
    private static string Told(JsonException broken)
    {
        var reason = broken.Message.ReplaceLineEndings(" ");
        if (reason.IndexOf(" LineNumber:", StringComparison.Ordinal) is >= 0 and var end)
            reason = reason[..end];
        var line = broken.LineNumber > 0 ? $"line {broken.LineNumber + 1}, " : "";
        return $"{reason} ({line}byte {broken.BytePositionInLine + 1} of the record)";
    }
}
