using System.Globalization;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>Turns decoded fields into values of their columns' types; what a type cannot hold without loss is a fault.</summary>
public sealed class RowValidator
{
    // Up to here a double holds every whole number.
    private const long ExactInDouble = 1L << 53;

    private readonly IReadOnlyList<Column> _columns;

    /// <exception cref="IngestionException">A column has a type that no source can give.</exception>
    public RowValidator(TableSchema schema)
    {
        _columns = schema.Columns;
        if (_columns.FirstOrDefault(column => column.Type == ColumnType.Int32List) is { } list)
            throw new IngestionException($"Column '{list.Name}' is a list of integers; ingestion writes no lists.");
    }

    /// <summary>Checks and converts a record in place; a record that is filtered or faulty stays as it is.</summary>
    public DecodedRecord Validate(DecodedRecord record)
    {
        if (record.Fields is not { } fields)
            return record;
        for (var i = 0; i < fields.Length; i++)
        {
            var column = _columns[i];
            if (fields[i].Kind == FieldKind.Null)
            {
                if (!column.Nullable)
                    return Reject(record, RejectCodes.MissingValue, $"Column '{column.Name}' is required but has no value.");
            }
            else if (!TryConvert(ref fields[i], column.Type))
            {
                return Reject(record, RejectCodes.TypeMismatch, $"Column '{column.Name}' cannot hold {Describe(fields[i])} as {column.Type}.");
            }
        }

        return record;
    }

    /// <summary>Appends a validated record's values, in schema order from column 0.</summary>
    public static void Append(FieldValue[] fields, ColumnBatch batch)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            if (field.Kind == FieldKind.Null)
            {
                batch[i].AppendNull();
                continue;
            }

            switch (batch.Schema.Columns[i].Type)
            {
                case ColumnType.Boolean:
                    batch.Booleans(i).Append(field.Boolean);
                    break;
                case ColumnType.Int32:
                    batch.Int32s(i).Append((int)field.Integer);
                    break;
                case ColumnType.Int64:
                    batch.Int64s(i).Append(field.Integer);
                    break;
                case ColumnType.Float64:
                    batch.Float64s(i).Append(field.Real);
                    break;
                case ColumnType.Timestamp:
                    batch.Timestamps(i).Append(new DateTimeOffset(field.Integer, TimeSpan.Zero));
                    break;
                case ColumnType.Binary:
                    batch.Binaries(i).Append(field.Bytes);
                    break;
                default:
                    batch.Strings(i).Append(field.Text);
                    break;
            }
        }
    }

    private static bool TryConvert(ref FieldValue field, ColumnType type)
    {
        var converted = type switch
        {
            ColumnType.String => field.Kind == FieldKind.Text ? field : (FieldValue?)null,
            ColumnType.Boolean => ToBoolean(field),
            ColumnType.Int64 => ToWhole(field, long.MinValue, long.MaxValue),
            ColumnType.Int32 => ToWhole(field, int.MinValue, int.MaxValue),
            ColumnType.Float64 => ToReal(field),
            ColumnType.Timestamp => ToTimestamp(field),
            ColumnType.Binary => ToBytes(field),
            _ => null,
        };
        if (converted is { } value)
            field = value;
        return converted is not null;
    }

    private static FieldValue? ToBoolean(FieldValue field) => field.Kind switch
    {
        FieldKind.Boolean => field,
        FieldKind.Text when bool.TryParse(field.Text, out var value) => FieldValue.Of(value),
        _ => null,
    };

    private static FieldValue? ToWhole(FieldValue field, long min, long max)
    {
        long? whole = field.Kind switch
        {
            FieldKind.Integer => field.Integer,
            FieldKind.Real when Math.Abs(field.Real) <= ExactInDouble && Math.Truncate(field.Real) == field.Real => (long)field.Real,
            FieldKind.Text when long.TryParse(field.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
            _ => null,
        };
        return whole >= min && whole <= max ? FieldValue.Of(whole.Value) : null;
    }

    private static FieldValue? ToReal(FieldValue field) => field.Kind switch
    {
        FieldKind.Real => field,
        FieldKind.Integer when Math.Abs((decimal)field.Integer) <= ExactInDouble => FieldValue.Of((double)field.Integer),
        FieldKind.Text when double.TryParse(field.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            => FieldValue.Of(value),
        _ => null,
    };

    private static FieldValue? ToTimestamp(FieldValue field)
        => field.Kind == FieldKind.Text
            && DateTimeOffset.TryParse(field.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? FieldValue.Of(moment.UtcTicks)
            : null;

    private static FieldValue? ToBytes(FieldValue field)
    {
        if (field.Kind != FieldKind.Text)
            return null;
        var buffer = new byte[field.Text.Length];
        return Convert.TryFromBase64String(field.Text, buffer, out var length) ? FieldValue.Of(buffer[..length]) : null;
    }

    private static string Describe(FieldValue field) => field.Kind switch
    {
        FieldKind.Text => field.Text.Length <= 40 ? $"'{field.Text}'" : $"'{field.Text[..40]}…'",
        FieldKind.Integer => field.Integer.ToString(CultureInfo.InvariantCulture),
        FieldKind.Real => field.Real.ToString("R", CultureInfo.InvariantCulture),
        FieldKind.Boolean => field.Boolean ? "true" : "false",
        _ => "the value",
    };

    private static DecodedRecord Reject(DecodedRecord record, string code, string message) => record with
    {
        Fields = null,
        Fault = new Fault(code, record.Source.Line > 0 ? $"Line {record.Source.Line}: {message}" : message),
    };
}
