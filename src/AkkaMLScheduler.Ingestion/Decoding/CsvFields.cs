using System.Buffers;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>
/// The fields of one CSV row, cut on its bytes. A field that begins with a quote ends at the quote that a delimiter or the end of the row
/// follows, and has its quotes doubled; in any other a quote is a character like others, and a line end has no place.
/// </summary>
internal ref struct CsvFields
{
    private const byte Quote = (byte)'"';

    private readonly byte _delimiter;
    private readonly SearchValues<byte> _stops;
    private ReadOnlySpan<byte> _rest;
    private bool _ended;

    /// <param name="row">UTF-8, without its line end.</param>
    /// <param name="delimiter">Between fields.</param>
    /// <param name="stops">As <see cref="Stops"/> makes them.</param>
    public CsvFields(ReadOnlySpan<byte> row, byte delimiter, SearchValues<byte> stops)
    {
        _rest = row;
        _delimiter = delimiter;
        _stops = stops;
    }

    /// <summary>The field without the quotes around it.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Whether quotes inside are still doubled.</summary>
    public bool IsDoubled { get; private set; }

    /// <summary>What rule the row breaks, once it is found to break one; there are no more fields then.</summary>
    public string? Broken { get; private set; }

    public static SearchValues<byte> Stops(byte delimiter) => SearchValues.Create([delimiter, (byte)'\r', (byte)'\n']);

    /// <summary>Copies a field, undoubling its quotes, and returns what was written.</summary>
    public static ReadOnlySpan<byte> Undouble(ReadOnlySpan<byte> inside, Span<byte> room)
    {
        var length = 0;
        while (inside.IndexOf(Quote) is >= 0 and var quote)
        {
            inside[..(quote + 1)].CopyTo(room[length..]);
            length += quote + 1;
            inside = inside[(quote + 2)..];
        }

        inside.CopyTo(room[length..]);
        return room[..(length + inside.Length)];
    }

    public bool MoveNext()
    {
        if (_ended)
            return false;
        if (_rest is [Quote, ..])
            return MoveOverQuoted();
        IsDoubled = false;
        var end = _rest.IndexOfAny(_stops);
        if (end < 0)
            return TakeLast(_rest);
        if (_rest[end] != _delimiter)
            return Break("A line end stands outside of quotes.");
        Current = _rest[..end];
        _rest = _rest[(end + 1)..];
        return true;
    }

    private bool MoveOverQuoted()
    {
        IsDoubled = false;
        var end = 1;
        while (true)
        {
            var quote = _rest[end..].IndexOf(Quote);
            if (quote < 0)
                return Break("A quoted field has no end.");
            end += quote + 1;
            if (end == _rest.Length)
                return TakeLast(_rest[1..^1]);
            if (_rest[end] == _delimiter)
                break;
            if (_rest[end] != Quote)
                return Break("A quoted field goes on after its closing quote.");
            IsDoubled = true;
            end++;
        }

        Current = _rest[1..(end - 1)];
        _rest = _rest[(end + 1)..];
        return true;
    }

    private bool TakeLast(ReadOnlySpan<byte> field)
    {
        Current = field;
        _ended = true;
        return true;
    }

    private bool Break(string rule)
    {
        Broken = rule;
        _ended = true;
        return false;
    }
}
