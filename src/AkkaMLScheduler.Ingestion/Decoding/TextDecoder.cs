using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>A line as it is into the column <c>text</c>; the other columns are null.</summary>
public sealed class TextDecoder : RecordDecoder
{
    /// <summary>The column that takes the line.</summary>
    public const string TextColumn = "text";

    private readonly int _text;

    /// <exception cref="IngestionException">The schema has no text column named <c>text</c>.</exception>
    public TextDecoder(TableSchema schema)
        : base(schema)
    {
        _text = schema.IndexOf(TextColumn);
        if (_text < 0 || schema.Columns[_text].Type != ColumnType.String)
            throw new IngestionException($"Plain text needs a column '{TextColumn}' of type String; the schema is ({schema}).");
    }

    private protected override Fault? Decode(in SourceRecord record, RowBuilder row)
    {
        row.SetText(_text, record.Bytes.Span);
        return null;
    }
}
