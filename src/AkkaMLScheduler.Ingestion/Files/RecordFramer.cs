using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>
/// Cuts a stream of bytes into records without decoding them, so that whatever a record holds, its raw bytes can be kept and the
/// next one found. Memory is bounded by the record limit plus one block.
/// </summary>
/// <remarks>
/// A record ends at a line feed (a carriage return before it is dropped); in CSV not inside a quoted field. The end of the stream
/// ends the last record when it has any bytes. A byte order mark at the start is dropped. A CSV quote that does not close within the
/// limit faults its first line only and reading goes on with the next one, so that one stray quote cannot swallow a file.
/// </remarks>
internal sealed class RecordFramer(Stream stream, FileFormat format, byte delimiter, int maxRecordBytes) : IRecordFramer
{
    /// <summary>Kept from a record beyond the limit: enough to recognise it.</summary>
    public const int KeptBytes = 64 * 1024;

    // Below the large object heap's threshold, since every block is handed over to the records cut from it.
    private const int BlockBytes = 80 * 1024;
    private const int NeedMore = -1;
    private const int OpenQuote = -2;

    private byte[] _block = [];
    private int _start;
    private int _end;
    private bool _ended;
    private bool _begun;
    private int _lastCount;
    private long _line = 1;
    private byte[]? _skippedHead;
    private long _skippedBytes;

    public async ValueTask<List<SourceRecord>?> ReadAsync(CancellationToken ct)
    {
        var records = new List<SourceRecord>(_lastCount);
        while (true)
        {
            Cut(records);
            _lastCount = records.Count;
            if (records.Count > 0)
                return records;
            if (_ended && _start == _end && _skippedHead is null)
                return null;
            await FillAsync(ct).ConfigureAwait(false);
        }
    }

    private async ValueTask FillAsync(CancellationToken ct)
    {
        var tail = _end - _start;
        var block = GC.AllocateUninitializedArray<byte>(Math.Max(BlockBytes, tail * 2));
        _block.AsSpan(_start, tail).CopyTo(block);
        var read = await stream.ReadAtLeastAsync(block.AsMemory(tail), block.Length - tail, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        (_block, _start, _end) = (block, 0, tail + read);
        _ended = read < block.Length - tail;
        if (_begun)
            return;
        _begun = true;
        if (_block.AsSpan(0, _end).StartsWith("\uFEFF"u8))
            _start = 3;
    }

    private void Cut(List<SourceRecord> records)
    {
        while (_start < _end || (_ended && _skippedHead is not null))
        {
            var rest = _block.AsSpan(_start, _end - _start);
            if (_skippedHead is not null)
            {
                if (!Skip(rest, records))
                    return;
                continue;
            }

            var end = format == FileFormat.Csv ? EndOfRow(rest) : EndOfLine(rest);
            if (end == NeedMore && _ended)
                end = rest.Length;
            if (end >= 0 && end <= maxRecordBytes)
                Emit(records, end, fault: null);
            else if (end >= 0)
                Emit(records, end, Fault.TooLong(end, maxRecordBytes));
            else if (end == OpenQuote && (_ended || rest.Length > maxRecordBytes) && FirstLine(rest) is var line && line <= maxRecordBytes)
                Emit(records, line, new Fault(RejectCodes.UnclosedQuote, $"A quoted field does not end within {maxRecordBytes} bytes."));
            else if (_ended || rest.Length > maxRecordBytes)
                BeginSkip(rest);
            else
                return;
        }
    }

    private void Emit(List<SourceRecord> records, int end, Fault? fault)
    {
        var bytes = _block.AsMemory(_start, end);
        var at = _line;
        _line += bytes.Span.Count((byte)'\n') + 1;
        _start = Math.Min(_start + end + 1, _end);
        if (!bytes.IsEmpty && bytes.Span[^1] == (byte)'\r')
            bytes = bytes[..^1];
        if (fault?.Code == RejectCodes.TooLong)
            bytes = bytes[..Math.Min(KeptBytes, bytes.Length)];
        records.Add(new SourceRecord(bytes, "", 0, at, fault));
    }

    private void BeginSkip(ReadOnlySpan<byte> rest)
    {
        _skippedHead = rest[..Math.Min(KeptBytes, rest.Length)].ToArray();
        _skippedBytes = 0;
    }

    /// <summary>Drops bytes up to the end of the line; true when the end was found.</summary>
    private bool Skip(ReadOnlySpan<byte> rest, List<SourceRecord> records)
    {
        var end = rest.IndexOf((byte)'\n');
        if (end < 0 && !_ended)
        {
            _skippedBytes += rest.Length;
            _start = _end;
            return false;
        }

        var last = end < 0 ? rest.Length : end;
        records.Add(new SourceRecord(_skippedHead, "", 0, _line, Fault.TooLong(_skippedBytes + last, maxRecordBytes)));
        _skippedHead = null;
        _line++;
        _start = Math.Min(_start + last + 1, _end);
        return true;
    }

    private static int EndOfLine(ReadOnlySpan<byte> rest) => rest.IndexOf((byte)'\n'); // -1 is NeedMore

    private static int FirstLine(ReadOnlySpan<byte> rest) => rest.IndexOf((byte)'\n') is >= 0 and var end ? end : rest.Length;

    private int EndOfRow(ReadOnlySpan<byte> rest)
    {
        var line = EndOfLine(rest);
        if (!(line < 0 ? rest : rest[..line]).Contains((byte)'"'))
            return line;

        var i = 0;
        while (i < rest.Length)
        {
            if (rest[i] == (byte)'"')
            {
                i = AfterQuoted(rest, i + 1);
                if (i < 0)
                    return OpenQuote;
            }

            var stop = rest[i..].IndexOfAny(delimiter, (byte)'\n');
            if (stop < 0)
                return NeedMore;
            i += stop;
            if (rest[i] == (byte)'\n')
                return i;
            i++;
        }

        return NeedMore;
    }

    /// <summary>Index after the quote that closes the field whose inside starts at <paramref name="i"/>, or -1.</summary>
    private static int AfterQuoted(ReadOnlySpan<byte> rest, int i)
    {
        while (true)
        {
            var quote = rest[i..].IndexOf((byte)'"');
            if (quote < 0)
                return -1;
            i += quote + 1;
            if (i == rest.Length || rest[i] != (byte)'"')
                return i;
            i++;
        }
    }
}
