using System.Diagnostics.CodeAnalysis;

namespace AkkaMLScheduler.Processing;

/// <summary>Turns a cleaned raw row into the enforced columns, or says which column stood in the way. The first such column is the reason.</summary>
internal sealed class SchemaEnforcement(ProcessingPlan plan)
{
    public const string MissingColumn = "missing_column";
    public const string Unconvertible = "unconvertible";

    public bool TryEnforce(Record record, [NotNullWhen(true)] out Record? fitting, [NotNullWhen(false)] out Reject? reject)
    {
        (fitting, reject) = (null, null);
        var values = new object?[plan.Enforced.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var column = plan.Enforced[i];
            var value = plan.InputIndexes[i] is >= 0 and var index ? record.Values[index] : null;
            if (value is null && !column.Nullable)
            {
                reject = new Reject(record, MissingColumn, column.Name, $"column '{column.Name}' is required and has no value");
                return false;
            }

            if (value is not null && !ColumnConversion.TryConvert(value, column.Type, out values[i]))
            {
                reject = new Reject(record, Unconvertible, column.Name, $"column '{column.Name}': '{Short(value)}' is no {column.Type}");
                return false;
            }
        }

        fitting = record with { Values = values };
        return true;
    }

    private static string Short(object value)
    {
        const int shown = 100;
        var text = RowText.Value(value);
        return text.Length > shown ? text[..shown] + "…" : text;
    }
}
