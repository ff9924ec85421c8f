using System.Globalization;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// Counts and bounds of one column over the batches of a file. Bounds only for booleans and numbers: those of long texts would cost
/// more than a reader saves by them.
/// </summary>
internal sealed class StatisticsGatherer(Column column)
{
    private long _values;
    private long _nulls;
    private double _minFloat = double.PositiveInfinity;
    private double _maxFloat = double.NegativeInfinity;
    private bool _containsNaN;
    private long _min = long.MaxValue;
    private long _max = long.MinValue;

    /// <exception cref="CatalogException">A null in a column that does not allow it.</exception>
    public void Add(ColumnValues values)
    {
        var nulls = values switch
        {
            ColumnValues<bool?> booleans => AddIntegers(booleans.Memory.Span, static value => value ? 1 : 0),
            ColumnValues<int?> int32s => AddIntegers(int32s.Memory.Span, static value => value),
            ColumnValues<long?> int64s => AddIntegers(int64s.Memory.Span, static value => value),
            ColumnValues<double?> floats => AddFloats(floats.Memory.Span),
            ColumnValues<DateTimeOffset?> timestamps => AddIntegers(timestamps.Memory.Span, static value => value.UtcTicks),
            ColumnValues<string?> texts => CountNulls(texts.Memory.Span),
            Utf8Values texts => texts.CountNulls(),
            ColumnValues<byte[]?> binaries => CountNulls(binaries.Memory.Span),
            ColumnValues<int[]?> lists => CountNulls(lists.Memory.Span),
            _ => throw new ArgumentException($"unknown column type {values.GetType()}", nameof(values)),
        };
        if (nulls > 0 && !column.Nullable)
            throw new CatalogException($"Column '{column.Name}' is required, but {nulls} of {values.Count} rows lack it.");
        _nulls += nulls;
        _values += values.Count - nulls;
    }

    public ColumnStatistics Statistics()
    {
        var (min, max) = column.Type switch
        {
            ColumnType.Boolean or ColumnType.Int32 or ColumnType.Int64 when _values > 0 => (Text(_min), Text(_max)),
            ColumnType.Float64 when _minFloat <= _maxFloat => (Text(_minFloat), Text(_maxFloat)),
            _ => (null, null),
        };
        return new ColumnStatistics(column.Name, _values, _nulls, min, max, column.Type == ColumnType.Float64 ? _containsNaN : null);
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private long AddIntegers<T>(ReadOnlySpan<T?> values, Func<T, long> number)
        where T : struct
    {
        var nulls = 0L;
        foreach (var value in values)
        {
            if (value is not { } present)
            {
                nulls++;
                continue;
            }

            var integer = number(present);
            _min = Math.Min(_min, integer);
            _max = Math.Max(_max, integer);
        }

        return nulls;
    }

    private long AddFloats(ReadOnlySpan<double?> values)
    {
        var nulls = 0L;
        foreach (var value in values)
        {
            if (value is not { } present)
            {
                nulls++;
            }
            else if (double.IsNaN(present))
            {
                _containsNaN = true;
            }
            else
            {
                _minFloat = Math.Min(_minFloat, present);
                _maxFloat = Math.Max(_maxFloat, present);
            }
        }

        return nulls;
    }

    private static long CountNulls<T>(ReadOnlySpan<T?> values)
        where T : class
    {
        var nulls = 0L;
        foreach (var value in values)
        {
            if (value is null)
                nulls++;
        }

        return nulls;
    }
}
