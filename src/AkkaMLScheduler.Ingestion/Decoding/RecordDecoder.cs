using System.Text.Unicode;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>
/// Turns undecoded records into fields, one result per record in the same order, whatever they hold.
/// Not safe for two threads at once.
/// </summary>
public abstract class RecordDecoder
{
    /// <summary>Decodes a batch.</summary>
    public IReadOnlyList<DecodedRecord> Decode(IReadOnlyList<SourceRecord> records)
    {
        var results = new DecodedRecord[records.Count];
        var sound = new List<int>(records.Count);
        for (var i = 0; i < results.Length; i++)
        {
            var record = records[i];
            results[i] = new DecodedRecord(record, null, record.Fault);
            if (record.Fault is not null || IsBlank(record.Bytes.Span))
                continue;
            if (!Utf8.IsValid(record.Bytes.Span))
                results[i] = results[i] with { Fault = new Fault(RejectCodes.InvalidUtf8, At(record, "The bytes are not UTF-8.")) };
            else
                sound.Add(i);
        }

        DecodeSound(results, sound);
        return results;
    }

    /// <summary>Fills in the results at the given places; their bytes are UTF-8 and not blank.</summary>
    protected abstract void DecodeSound(DecodedRecord[] results, IReadOnlyList<int> sound);

    /// <summary>Puts the line before a message, where there is one.</summary>
    protected static string At(SourceRecord record, string message) => record.Line > 0 ? $"Line {record.Line}: {message}" : message;

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(" \t\r\v\f"u8) < 0;
}
