namespace AkkaMLScheduler.Catalog;

/// <summary>
/// The values of one column: <c>bool?</c>, <c>int?</c>, <c>long?</c>, <c>double?</c>, <c>string?</c>, <c>DateTimeOffset?</c>,
/// <c>byte[]?</c> or <c>int[]?</c>, by <see cref="ColumnType"/>. Null is a missing value in every one of them. Text may also be kept
/// as <see cref="Utf8Values"/>.
/// </summary>
public sealed class ColumnValues<T> : ColumnValues
{
    private T[] _values;
    private int _count;

    internal ColumnValues(Column column, int capacity)
        : base(column) => _values = capacity == 0 ? [] : new T[capacity];

    internal ColumnValues(Column column, T[] values)
        : base(column)
    {
        _values = values;
        _count = values.Length;
    }

    public override int Count => _count;

    /// <summary>The value of a row.</summary>
    public T this[int row] => _values.AsSpan(0, _count)[row];

    /// <summary>All values, without a copy; valid until the next append or clear.</summary>
    public ReadOnlyMemory<T> Memory => _values.AsMemory(0, _count);

    internal ArraySegment<T> Segment => new(_values, 0, _count);

    public void Append(T value)
    {
        if (_count == _values.Length)
            Array.Resize(ref _values, Math.Max(16, _count * 2));
        _values[_count++] = value;
    }

    public override object? Value(int row) => this[row];

    public override void AppendNull() => Append(default!);

    public override void AppendValue(object? value) => Append((T)value!);

    public override void AppendFrom(ColumnValues other, int row) => Append(((ColumnValues<T>)other)[row]);

    public override void AppendAll(ColumnValues other)
    {
        var added = ((ColumnValues<T>)other).Memory.Span;
        if (_values.Length - _count < added.Length)
            Array.Resize(ref _values, Math.Max(_count + added.Length, _count * 2));
        added.CopyTo(_values.AsSpan(_count));
        _count += added.Length;
    }

    public override void Truncate(int count)
    {
        if (count >= _count)
            return;

        // The references go too, or a reused batch would keep its largest text alive.
        Array.Clear(_values, count, _count - count);
        _count = count;
    }
}
