using System.Globalization;
using System.Text;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>What of a field's text a column takes.</summary>
public enum FieldPart
{
    Whole,
    FirstWord,
    Lower,
    Upper,

    /// <summary>Of a date, such as 2007-11-11.</summary>
    Year,
}

/// <summary>Which field of a record each column takes.</summary>
/// <param name="From">Per column, the name of its field.</param>
/// <param name="Parts">Per column, what of the field's text.</param>
/// <param name="DropsOthers">Whether fields that no column takes are left out; else they are errors.</param>
public sealed record FieldMap(IReadOnlyList<string> From, FieldPart[] Parts, bool DropsOthers)
{
    /// <summary>Every column takes the field of its own name, and other fields are errors.</summary>
    public static FieldMap Of(TableSchema schema) => new(
        [.. schema.Columns.Select(column => column.Name)], [.. schema.Columns.Select(_ => FieldPart.Whole)], DropsOthers: false);

    /// <summary>What a column takes of a text, both in UTF-8; see <see cref="Take(int, string)"/>.</summary>
    public ReadOnlySpan<byte> Take(int column, ReadOnlySpan<byte> text)
        => Parts[column] == FieldPart.Whole ? text : Encoding.UTF8.GetBytes(Take(column, Encoding.UTF8.GetString(text)));

    /// <summary>What a column takes of a text. One that has no such part stays as it is, for the column's type to refuse.</summary>
    public string Take(int column, string text) => Parts[column] switch
    {
        FieldPart.FirstWord => text.Trim() is var trimmed && trimmed.IndexOf(' ') is > 0 and var end ? trimmed[..end] : trimmed,
        FieldPart.Lower => text.ToLowerInvariant(),
        FieldPart.Upper => text.ToUpperInvariant(),
        FieldPart.Year when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            => date.Year.ToString(CultureInfo.InvariantCulture),
        _ => text,
    };
}
