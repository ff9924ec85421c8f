using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>
/// Cuts the elements of a JSON array out of a stream of bytes. Only strings and brackets are looked at: whether an element is sound is
/// for its decoder to say. Memory is bounded by the record limit plus one block.
/// </summary>
/// <remarks>
/// What cannot belong to an array (bytes before it or after its end, an element without an end) is a record with a fault, so that nothing
/// is passed over in silence.
/// </remarks>
internal sealed class JsonArrayFramer(Stream stream, int maxRecordBytes) : IRecordFramer
{
    private const int BlockBytes = 80 * 1024;

    private readonly MemoryStream _element = new();
    private readonly byte[] _block = new byte[BlockBytes];
    private Place _place = Place.Before;
    private long _line = 1;
    private long _elementLine;
    private long _elementBytes;
    private int _depth;
    private bool _inString;
    private bool _escaped;
    private bool _stray;
    private bool _begun;
    private bool _ended;

    private enum Place
    {
        Before,
        AtElement,
        InElement,
        After,
    }

    public async ValueTask<List<SourceRecord>?> ReadAsync(CancellationToken ct)
    {
        var records = new List<SourceRecord>();
        while (records.Count == 0 && !_ended)
        {
            var read = await stream.ReadAtLeastAsync(_block, _block.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
            var bytes = _block.AsSpan(0, read);
            if (!_begun && bytes.StartsWith("\uFEFF"u8))
                bytes = bytes[3..];
            _begun = true;
            foreach (var value in bytes)
                Take(value, records);
            _ended = read < _block.Length;
            if (_ended && _place is Place.AtElement or Place.InElement)
                End(records);
        }

        return records.Count == 0 ? null : records;
    }

    private void Take(byte value, List<SourceRecord> records)
    {
        if (value == (byte)'\n')
            _line++;
        if (_place == Place.InElement)
            TakeWithin(value, records);
        else if (value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            return;
        else if (_place == Place.Before && value == (byte)'[')
            _place = Place.AtElement;
        else if (_place == Place.AtElement && value == (byte)']' && _elementLine == 0)
            _place = Place.After; // an empty array
        else
            Begin(value, records);
    }

    private void Begin(byte value, List<SourceRecord> records)
    {
        _stray = _place != Place.AtElement; // all that follows is one faulty record
        _place = Place.InElement;
        _elementLine = _line;
        TakeWithin(value, records);
    }

    private void TakeWithin(byte value, List<SourceRecord> records)
    {
        if (_inString)
        {
            _inString = _escaped || value != (byte)'"';
            _escaped = !_escaped && value == (byte)'\\';
        }
        else if (_depth == 0 && !_stray && value is (byte)',' or (byte)']')
        {
            Emit(records, _elementBytes > 0 ? null : Malformed("An element of the JSON array is missing."));
            _place = value == (byte)',' ? Place.AtElement : Place.After;
            return;
        }
        else if (!_stray)
        {
            _inString = value == (byte)'"';
            if (value is (byte)'{' or (byte)'[')
                _depth++;
            else if (value is (byte)'}' or (byte)']')
                _depth = Math.Max(0, _depth - 1);
        }

        _elementBytes++;
        if (_elementBytes <= maxRecordBytes || _element.Length < RecordFramer.KeptBytes)
            _element.WriteByte(value);
    }

    private void End(List<SourceRecord> records)
    {
        if (_place == Place.AtElement)
            _elementLine = _line;
        Emit(records, Malformed(_stray ? "This stands outside the JSON array." : "The JSON array has no end."));
        _place = Place.After;
    }

    private Fault Malformed(string why) => new(RejectCodes.MalformedJson, $"Line {_elementLine}: {why}");

    private void Emit(List<SourceRecord> records, Fault? fault)
    {
        ReadOnlyMemory<byte> bytes = _element.ToArray();
        if (_elementBytes > maxRecordBytes)
        {
            fault ??= Fault.TooLong(_elementBytes, maxRecordBytes);
            bytes = bytes[..Math.Min(RecordFramer.KeptBytes, bytes.Length)];
        }

        records.Add(new SourceRecord(bytes, "", 0, _elementLine, fault));
        _element.SetLength(0);
        (_elementBytes, _depth, _inString, _escaped) = (0, 0, false, false);
    }
}
