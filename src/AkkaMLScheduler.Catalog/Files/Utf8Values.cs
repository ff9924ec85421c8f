using System.Text;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// The texts of one column as their UTF-8 bytes, end to end in one buffer: text that is read as bytes and written as bytes is then never
/// a string. At most 2 GiB.
/// </summary>
public sealed class Utf8Values : ColumnValues
{
    // Where a text ends in the buffer; a missing one has the complement of that, which is negative.
    private int[] _ends = [];
    private byte[] _bytes = [];
    private int _count;

    internal Utf8Values(Column column)
        : base(column)
    {
    }

    public override int Count => _count;

    /// <summary>The UTF-8 of a row; empty also where it is missing. Valid until the next append.</summary>
    public ReadOnlyMemory<byte> this[int row] => _bytes.AsMemory(EndOf(row - 1)..EndOf(row));

    public bool IsNull(int row) => _ends[row] < 0;

    /// <summary>Appends a text. The caller vouches that it is UTF-8.</summary>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        var end = EndOf(_count - 1);
        Reserve(utf8.Length, rows: 1);
        utf8.CopyTo(_bytes.AsSpan(end));
        _ends[_count++] = end + utf8.Length;
    }

    public override object? Value(int row) => IsNull(row) ? null : Encoding.UTF8.GetString(this[row].Span);

    public override void AppendNull()
    {
        Reserve(bytes: 0, rows: 1);
        _ends[_count] = ~EndOf(_count - 1);
        _count++;
    }

    public override void AppendValue(object? value)
    {
        if (value is null)
            AppendNull();
        else
            Append(Encoding.UTF8.GetBytes((string)value));
    }

    public override void AppendFrom(ColumnValues other, int row)
    {
        var texts = (Utf8Values)other;
        if (texts.IsNull(row))
            AppendNull();
        else
            Append(texts[row].Span);
    }

    public override void AppendAll(ColumnValues other)
    {
        var texts = (Utf8Values)other;
        var added = texts._bytes.AsSpan(0, texts.EndOf(texts._count - 1));
        var end = EndOf(_count - 1);
        Reserve(added.Length, texts._count);
        added.CopyTo(_bytes.AsSpan(end));
        foreach (var its in texts._ends.AsSpan(0, texts._count))
            _ends[_count++] = its < 0 ? its - end : its + end; // ~(x + end) is ~x - end
    }

    public override void Truncate(int count) => _count = Math.Min(_count, count);

    internal int CountNulls()
    {
        var nulls = 0;
        foreach (var end in _ends.AsSpan(0, _count))
            nulls += end < 0 ? 1 : 0;
        return nulls;
    }

    private int EndOf(int row)
    {
        if (row < 0)
            return 0;
        var end = _ends[row];
        return end < 0 ? ~end : end;
    }

    private void Reserve(int bytes, int rows)
    {
        var used = EndOf(_count - 1);
        var needed = checked(used + bytes);
        if (needed > _bytes.Length)
        {
            var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(needed, _bytes.Length * 2L)));
            _bytes.AsSpan(0, used).CopyTo(larger);
            _bytes = larger;
        }

        if (_count + rows > _ends.Length)
            Array.Resize(ref _ends, Math.Max(_count + rows, Math.Max(16, _ends.Length * 2)));
    }
}
