using System.Collections.Concurrent;
using System.Text.Unicode;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>
/// Turns undecoded records into rows by column: from UTF-8 bytes to a column's values without a string between them. Whatever a record
/// holds, it becomes one row, one reject, or is left out. Safe for several threads at once.
/// </summary>
public abstract class RecordDecoder
{
    private const int BatchCells = 1_000_000;

    private readonly TableSchema _schema;

    // Bounded by the chunks that are under way at the same time.
    private readonly ConcurrentBag<ColumnBatch> _spare = [];

    /// <exception cref="IngestionException">A column has a type that no source can give.</exception>
    private protected RecordDecoder(TableSchema schema)
    {
        _schema = schema;
        if (schema.Columns.FirstOrDefault(column => column.Type == ColumnType.Int32List) is { } list)
            throw new IngestionException($"Column '{list.Name}' is a list of integers; ingestion writes no lists.");
    }

    /// <summary>Records that should be decoded at once, at most.</summary>
    internal int MostRecords => Math.Max(1, BatchCells / _schema.Columns.Count);

    /// <summary>Decodes a batch.</summary>
    public DecodedRecords Decode(SourceRecord[] records)
    {
        var rows = new RowBuilder(_spare.TryTake(out var spare) ? spare : ColumnBatch.OfUtf8(_schema));
        var accepted = new List<int>(records.Length);
        var rejects = new List<Reject>();
        for (var i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            if (record.Fault is null && IsBlank(record.Bytes.Span))
                continue;
            if (Fill(in record, rows) is { } fault)
                rejects.Add(new Reject(record, fault));
            else
                accepted.Add(i);
        }

        return new DecodedRecords(records, rows.Batch, accepted, rejects);
    }

    /// <summary>Takes back a batch of rows that nobody reads any more, so that its room serves again.</summary>
    public void Recycle(ColumnBatch rows)
    {
        rows.Clear();
        _spare.Add(rows);
    }

    /// <summary>Sets the fields of the open row from a record that is UTF-8 and not blank, or says what is wrong with it.</summary>
    private protected abstract Fault? Decode(in SourceRecord record, RowBuilder row);

    /// <summary>Whether a record is left out because nothing is in it.</summary>
    private protected virtual bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(" \t\r\v\f"u8) < 0;

    /// <summary>Puts the line before a message, where there is one.</summary>
    private protected static string At(in SourceRecord record, string message) => record.Line > 0 ? $"Line {record.Line}: {message}" : message;

    private Fault? Fill(in SourceRecord record, RowBuilder row)
    {
        var fault = record.Fault is { } unframed ? unframed with { Message = At(record, unframed.Message) } : null;
        if (fault is null && !Utf8.IsValid(record.Bytes.Span))
            fault = new Fault(RejectCodes.InvalidUtf8, At(record, "The bytes are not UTF-8."));
        if (fault is null && record.Bytes.Span.Contains((byte)0))
            fault = new Fault(RejectCodes.NulByte, At(record, "There is a NUL byte, which is no text."));
        if ((fault ?? Decode(in record, row)) is { } broken)
        {
            row.Abandon();
            return broken;
        }

        return row.Complete() is { } unfit ? unfit with { Message = At(record, unfit.Message) } : null;
    }
}
