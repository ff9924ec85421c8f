using System.Buffers;
using System.Text;
using System.Text.Json;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>
/// One JSON object a record. Keys are column names (case counts); a text column also takes numbers, booleans and nested values as
/// their JSON text, since nothing is lost by that. Everything the schema does not know is rejected rather than dropped.
/// </summary>
public sealed class JsonDecoder : RecordDecoder
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    private readonly FieldMap _map;
    private readonly byte[][] _names;
    private readonly bool[] _isText;

    /// <param name="schema">The columns.</param>
    /// <param name="map">The keys that they take; null: those of their names.</param>
    /// <exception cref="IngestionException">A column has a type that no source can give.</exception>
    public JsonDecoder(TableSchema schema, FieldMap? map = null)
        : base(schema)
    {
        _map = map ?? FieldMap.Of(schema);
        _names = [.. _map.From.Select(Encoding.UTF8.GetBytes)];
        _isText = [.. schema.Columns.Select(column => column.Type == ColumnType.String)];
    }

    private protected override Fault? Decode(SourceRecord record, RowBuilder row)
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
            return new Fault(RejectCodes.MalformedJson, At(record, OneLine(broken)));
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
                return new Fault(RejectCodes.UnknownColumn, At(record, $"The schema has no column '{Shorten(reader.GetString()!)}'."));
            if (row.Has(column))
                return new Fault(RejectCodes.DuplicateKey, At(record, $"The key '{Shorten(reader.GetString()!)}' stands twice."));
            reader.Read();
            if (!TryReadValue(ref reader, bytes, column, row))
                return new Fault(RejectCodes.TypeMismatch, At(record, $"The number in column '{Encoding.UTF8.GetString(_names[column])}' is out of range."));
        }

        return null;
    }

    /// <summary>Sets the column; false for a number that nothing holds.</summary>
    private bool TryReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, int column, RowBuilder row)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                row.SetNull(column);
                return true;
            case JsonTokenType.String when reader.ValueIsEscaped:
                SetUnescaped(ref reader, column, row);
                return true;
            case JsonTokenType.String:
                row.SetText(column, _map.Take(column, reader.ValueSpan));
                return true;
            case JsonTokenType.Number when !_isText[column]:
                if (reader.TryGetInt64(out var whole))
                    row.SetInteger(column, whole);
                else if (reader.TryGetDouble(out var real) && double.IsFinite(real))
                    row.SetReal(column, real);
                else
                    return false;
                return true;
            case JsonTokenType.True or JsonTokenType.False when !_isText[column]:
                row.SetBoolean(column, reader.TokenType == JsonTokenType.True);
                return true;
            default:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                row.SetText(column, bytes[start..(int)reader.BytesConsumed]);
                return true;
        }
    }

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
        for (var i = 0; i < _names.Length; i++)
        {
            if (reader.ValueTextEquals(_names[i]))
                return i;
        }

        return -1;
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static string OneLine(JsonException broken) => broken.Message.ReplaceLineEndings(" ");
}
