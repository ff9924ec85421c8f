using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>
/// Cuts a stream of bytes into records without decoding them, so that whatever a record holds, its raw bytes can be kept and the
/// next one found. Memory is bounded by the record limit plus one block.
/// </summary>
/// <remarks>
/// A record ends at a line feed (a carriage return before it is dropped); in CSV not inside a quoted field, and at carriage returns where
/// the first block has these and no line feed. The end of the stream ends the last record when it has any bytes. A byte order mark at
/// the start is dropped. A CSV quote that does not close within the limit faults its first line only and reading goes on with the next
/// one, so that one stray quote cannot swallow a file.
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
    private byte _lineEnd = (byte)'\n';
    private long _passed;
    private long _openUntil;
    private byte[]? _skippedHead;
    private long _skippedBytes;
    private int _skippedLines;

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
        var begin = _block.AsSpan(0, _end);
        if (begin.StartsWith("\uFEFF"u8))
            _start = 3;
        if (format == FileFormat.Csv && begin.TrimEnd((byte)'\r').Contains((byte)'\r') && !begin.Contains((byte)'\n'))
            _lineEnd = (byte)'\r';
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

            // No further than a record may reach, so that where blocks end makes no difference.
            var window = rest[..(int)Math.Min(rest.Length, maxRecordBytes + 1L)];
            var isAll = _ended || window.Length > maxRecordBytes;
            var end = format == FileFormat.Csv ? EndOfRow(window) : EndOfLine(window);
            if (end == NeedMore && _ended && window.Length <= maxRecordBytes)
                end = window.Length;
            if (end >= 0)
                Emit(records, end, fault: null);
            else if (!isAll)
                return;
            else if (end == OpenQuote && FirstLine(window) is var line && line <= maxRecordBytes)
                Emit(records, line, new Fault(RejectCodes.UnclosedQuote, $"A quoted field does not end within {maxRecordBytes} bytes."));
            else
                BeginSkip(window);
        }
    }

    private void Emit(List<SourceRecord> records, int end, Fault? fault)
    {
        var bytes = _block.AsMemory(_start, end);
        records.Add(new SourceRecord(bytes.Span is [.., (byte)'\r'] ? bytes[..^1] : bytes, "", 0, _line, fault));
        _line += bytes.Span.Count(_lineEnd) + 1;
        PassOver(end + 1);
    }

    private void BeginSkip(ReadOnlySpan<byte> window)
    {
        _skippedHead = window[..Math.Min(KeptBytes, window.Length)].ToArray();
        (_skippedBytes, _skippedLines) = (window.Length, window.Count(_lineEnd));
        PassOver(window.Length);
    }

    /// <summary>Drops bytes up to the end of the line; true when the end was found.</summary>
    private bool Skip(ReadOnlySpan<byte> rest, List<SourceRecord> records)
    {
        var end = EndOfLine(rest);
        _skippedBytes += end < 0 ? rest.Length : end;
        PassOver(end < 0 ? rest.Length : end + 1);
        if (end < 0 && !_ended)
            return false;
        records.Add(new SourceRecord(_skippedHead, "", 0, _line, Fault.TooLong(_skippedBytes, maxRecordBytes)));
        _skippedHead = null;
        _line += _skippedLines + 1;
        return true;
    }

    private void PassOver(int bytes)
    {
        _passed += bytes;
        _start = Math.Min(_start + bytes, _end);
    }

    private int EndOfLine(ReadOnlySpan<byte> rest) => rest.IndexOf(_lineEnd); // -1 is NeedMore

    private int FirstLine(ReadOnlySpan<byte> rest) => EndOfLine(rest) is >= 0 and var end ? end : rest.Length;

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
                i = AfterQuoted(rest, i + 1, line);
                if (i < 0)
                    return OpenQuote;
            }

            var stop = rest[i..].IndexOfAny(delimiter, _lineEnd);
            if (stop < 0)
                return NeedMore;
            i += stop;
            if (rest[i] == _lineEnd)
                return i;
            i++;
        }

        return NeedMore;
    }

    /// <summary>Index after the quote that closes the field whose inside starts at <paramref name="i"/>, or -1.</summary>
    /// <remarks>
    /// A quote at the very end may be the first of two, unless the stream ends there too: it closes nothing yet.
    /// Once a row was looked through to no avail, a later one whose quote is open at a line end on the same way is as open there as that
    /// one was, and stays so as far as that was looked through. That much is passed over, or a file of open quotes would take a look
    /// through all that a record may have for each line.
    /// </remarks>
    private int AfterQuoted(ReadOnlySpan<byte> rest, int i, int line)
    {
        var open = (int)Math.Clamp(_openUntil - _passed, 0, rest.Length);
        while (true)
        {
            var quote = rest[i..].IndexOf((byte)'"');
            if (quote < 0)
            {
                _openUntil = _passed + rest.Length;
                return -1;
            }

            i += quote;
            if (line >= 0 && i > line && i < open)
            {
                i = open;
                continue;
            }

            i++;
            if (i == rest.Length && !(_ended && _start + i == _end))
            {
                _openUntil = _passed + i - 1;
                return -1;
            }

            if (i == rest.Length || rest[i] != (byte)'"')
                return i;
            i++;
        }
    }
}
