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
    private const int MaxDepth = 64;

    private readonly FieldMap _map;
    private readonly byte[][] _names;
    private readonly bool[] _isText;

    /// <param name="schema">The columns.</param>
    /// <param name="map">The keys that they take; null: those of their names.</param>
    public JsonDecoder(TableSchema schema, FieldMap? map = null)
    {
        _map = map ?? FieldMap.Of(schema);
        _names = [.. _map.From.Select(Encoding.UTF8.GetBytes)];
        _isText = [.. schema.Columns.Select(column => column.Type == ColumnType.String)];
    }

    protected override void DecodeSound(DecodedRecord[] results, IReadOnlyList<int> sound)
    {
        foreach (var i in sound)
        {
            var record = results[i].Source;
            var fields = new FieldValue[_names.Length];
            var fault = Read(record, fields);
            results[i] = fault is null ? results[i] with { Fields = fields } : results[i] with { Fault = fault };
        }
    }

    private Fault? Read(SourceRecord record, FieldValue[] fields)
    {
        var bytes = record.Bytes.Span;
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                reader.Read();
                return new Fault(RejectCodes.NotAnObject, At(record, "The JSON value is not an object."));
            }

            var fault = ReadObject(ref reader, bytes, record, fields);
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

    private Fault? ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, SourceRecord record, FieldValue[] fields)
    {
        var seen = fields.Length <= 64 ? null : new HashSet<int>();
        var bits = 0UL;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var column = Find(ref reader);
            if (column < 0 && _map.DropsOthers)
            {
                reader.Read();
                reader.Skip();
                continue;
            }

            if (column < 0)
                return new Fault(RejectCodes.UnknownColumn, At(record, $"The schema has no column '{Shorten(reader.GetString()!)}'."));
            var first = seen?.Add(column) ?? (bits & (1UL << column)) == 0;
            bits |= 1UL << (column & 63);
            if (!first)
                return new Fault(RejectCodes.DuplicateKey, At(record, $"The key '{Shorten(reader.GetString()!)}' stands twice."));
            reader.Read();
            if (ReadValue(ref reader, bytes, column) is not { } value)
                return new Fault(RejectCodes.TypeMismatch, At(record, $"The number in column '{Encoding.UTF8.GetString(_names[column])}' is out of range."));
            fields[column] = value;
        }

        return null;
    }

    private FieldValue? ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, int column)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return FieldValue.Null;
            case JsonTokenType.String:
                return FieldValue.Of(_map.Take(column, reader.GetString()!));
            case JsonTokenType.Number when !_isText[column]:
                if (reader.TryGetInt64(out var whole))
                    return FieldValue.Of(whole);
                return reader.TryGetDouble(out var real) && double.IsFinite(real) ? FieldValue.Of(real) : null;
            case JsonTokenType.True or JsonTokenType.False when !_isText[column]:
                return FieldValue.Of(reader.TokenType == JsonTokenType.True);
            default:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return FieldValue.Of(Encoding.UTF8.GetString(bytes[start..(int)reader.BytesConsumed]));
        }
    }

    private int Find(ref Utf8JsonReader reader)
    {
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
