using System.Buffers;
using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>
/// Cuts a JSON document into values: the elements of an array, or values that stand one after another, on as many lines as they like.
/// Only strings and brackets are looked at: whether a value is sound is for its decoder to say. Memory is bounded by the record limit
/// plus one block.
/// </summary>
/// <remarks>
/// What cannot belong to an array (bytes after its end, an element that is missing or without an end) is a record with a fault, so that
/// nothing is passed over in silence. A bracket or quote that never closes takes the rest of the document into its record: unlike lines,
/// elements cannot be found again.
/// </remarks>
internal sealed class JsonDocumentFramer(Stream stream, int maxRecordBytes) : IRecordFramer
{
    private const int BlockBytes = 80 * 1024;

    private static readonly SearchValues<byte> InArray = SearchValues.Create("\"{}[],"u8);
    private static readonly SearchValues<byte> InSequence = SearchValues.Create("\"{}[] \t\r\n"u8);
    private static readonly SearchValues<byte> Nested = SearchValues.Create("\"{}[]"u8);

    private readonly MemoryStream _value = new();
    private readonly byte[] _block = new byte[BlockBytes];
    private Shape _shape = Shape.Unknown;
    private long _line = 1;
    private long _valueLine;
    private long _valueBytes;
    private int _depth;
    private bool _isOpen;
    private bool _inString;
    private bool _escaped;
    private bool _begun;
    private bool _ended;

    private enum Shape
    {
        Unknown,
        Sequence,
        Array,
        AfterArray,
    }

    private static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    public async ValueTask<List<SourceRecord>?> ReadAsync(CancellationToken ct)
    {
        var records = new List<SourceRecord>();
        while (records.Count == 0 && !_ended)
        {
            var read = await stream.ReadAtLeastAsync(_block, _block.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
            ReadOnlySpan<byte> bytes = _block.AsSpan(0, read);
            if (!_begun && bytes.StartsWith("\uFEFF"u8))
                bytes = bytes[3..];
            _begun = true;
            while (!bytes.IsEmpty)
            {
                var taken = _isOpen ? TakeWithin(bytes, records) : TakeBetween(bytes);
                _line += bytes[..taken].Count((byte)'\n');
                bytes = bytes[taken..];
            }

            _ended = read < _block.Length;
            if (_ended && (_isOpen || _shape == Shape.Array))
                EmitLast(records);
        }

        return records.Count == 0 ? null : records;
    }

    /// <summary>Passes over what stands between values, up to the next one; the number of bytes.</summary>
    private int TakeBetween(ReadOnlySpan<byte> bytes)
    {
        var blanks = bytes.IndexOfAnyExcept(Blanks);
        if (blanks < 0)
            return bytes.Length;
        if (_shape == Shape.Unknown)
        {
            _shape = bytes[blanks] == (byte)'[' ? Shape.Array : Shape.Sequence;
            if (_shape == Shape.Array)
                return blanks + 1;
        }

        if (_shape == Shape.Array && bytes[blanks] == (byte)']' && _valueLine == 0)
        {
            _shape = Shape.AfterArray; // an empty one
            return blanks + 1;
        }

        _valueLine = _line + bytes[..blanks].Count((byte)'\n');
        _isOpen = true;
        return blanks;
    }

    /// <summary>Takes bytes up to the end of the open value; their number.</summary>
    private int TakeWithin(ReadOnlySpan<byte> bytes, List<SourceRecord> records)
    {
        var at = 0;
        if (_shape == Shape.AfterArray)
            at = bytes.Length; // all that follows is one faulty record
        while (at < bytes.Length)
        {
            if (_inString)
            {
                at = PassString(bytes, at);
                continue;
            }

            var stops = _depth > 0 ? Nested : _shape == Shape.Array ? InArray : InSequence;
            if (bytes[at..].IndexOfAny(stops) is not (>= 0 and var ahead))
            {
                at = bytes.Length;
                break;
            }

            at += ahead;
            if (Ends(bytes[at]) is { } taken)
            {
                Keep(bytes[..(at + taken.Own)]);
                Emit(records, _valueBytes > 0 ? null : Malformed("An element of the JSON array is missing."));
                return at + taken.Own + taken.Passed;
            }

            at++;
        }

        Keep(bytes);
        return bytes.Length;
    }

    /// <summary>Where the string ends, or the bytes do.</summary>
    private int PassString(ReadOnlySpan<byte> bytes, int at)
    {
        if (_escaped)
        {
            _escaped = false;
            return at + 1;
        }

        if (bytes[at..].IndexOfAny((byte)'"', (byte)'\\') is not (>= 0 and var ahead))
            return bytes.Length;
        at += ahead;
        _escaped = bytes[at] == (byte)'\\';
        _inString = _escaped;
        return at + 1;
    }

    /// <summary>Whether a byte outside of strings ends the open value, and if so, whether it is its own or is to be passed over after it.</summary>
    private (int Own, int Passed)? Ends(byte stop)
    {
        var wasNested = _depth > 0;
        switch (stop)
        {
            case (byte)'"':
                _inString = true;
                return null;
            case (byte)'{' or (byte)'[':
                _depth++;
                return null;
            case (byte)']' when !wasNested && _shape == Shape.Array:
                _shape = Shape.AfterArray;
                return (0, 1);
            case (byte)'}' or (byte)']':
                _depth -= wasNested ? 1 : 0;
                return wasNested && _depth == 0 && _shape == Shape.Sequence ? (1, 0) : null;
            case (byte)',':
                return (0, 1);
            default:
                return (0, 0); // a blank between values
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        _valueBytes += bytes.Length;
        var room = Math.Max(maxRecordBytes, RecordFramer.KeptBytes) - (int)_value.Length;
        _value.Write(bytes[..Math.Min(room, bytes.Length)]);
    }

    private void EmitLast(List<SourceRecord> records)
    {
        if (!_isOpen)
            _valueLine = _line;
        Emit(records, _shape switch
        {
            Shape.Array => Malformed("The JSON array has no end."),
            Shape.AfterArray => Malformed("This stands outside the JSON array."),
            _ => null,
        });
    }

    private static Fault Malformed(string why) => new(RejectCodes.MalformedJson, why);

    private void Emit(List<SourceRecord> records, Fault? fault)
    {
        ReadOnlyMemory<byte> bytes = _value.ToArray();
        if (_valueBytes > maxRecordBytes)
        {
            bytes = bytes[..Math.Min(RecordFramer.KeptBytes, bytes.Length)];
            fault = fault is null
                ? Fault.TooLong(_valueBytes, maxRecordBytes)
                : fault with { Message = $"{fault.Message} Of its {_valueBytes} bytes the first {bytes.Length} are kept." };
        }

        records.Add(new SourceRecord(bytes, "", 0, _valueLine, fault));
        _value.SetLength(0);
        (_isOpen, _valueBytes, _depth, _inString, _escaped) = (false, 0, 0, false, false);
    }
}
