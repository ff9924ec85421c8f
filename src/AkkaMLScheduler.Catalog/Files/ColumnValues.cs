namespace AkkaMLScheduler.Catalog;

/// <summary>The values of one column of a <see cref="ColumnBatch"/>, whatever their type.</summary>
public abstract class ColumnValues
{
    private protected ColumnValues(Column column) => Column = column;

    public Column Column { get; }

    public abstract int Count { get; }

    /// <summary>The value of a row, boxed; null where it is missing. See <see cref="ColumnValues{T}"/> for the types.</summary>
    public abstract object? Value(int row);

    public abstract void AppendNull();

    /// <exception cref="InvalidCastException">The value is not of this column's .NET type.</exception>
    public abstract void AppendValue(object? value);

    /// <summary>Appends a row of <paramref name="other"/>, which must hold the same type, without boxing.</summary>
    /// <exception cref="InvalidCastException">The types differ.</exception>
    public abstract void AppendFrom(ColumnValues other, int row);

    /// <summary>Appends all rows of <paramref name="other"/>, which must hold the same type, in one go.</summary>
    /// <exception cref="InvalidCastException">The types differ.</exception>
    public abstract void AppendAll(ColumnValues other);

    /// <summary>Takes back the rows from <paramref name="count"/> on; with fewer rows than that, nothing.</summary>
    public abstract void Truncate(int count);

    public void Clear() => Truncate(0);

    internal static ColumnValues For(Column column, int capacity) => column.Type switch
    {
        ColumnType.Boolean => new ColumnValues<bool?>(column, capacity),
        ColumnType.Int32 => new ColumnValues<int?>(column, capacity),
        ColumnType.Int64 => new ColumnValues<long?>(column, capacity),
        ColumnType.Float64 => new ColumnValues<double?>(column, capacity),
        ColumnType.String => new ColumnValues<string?>(column, capacity),
        ColumnType.Timestamp => new ColumnValues<DateTimeOffset?>(column, capacity),
        ColumnType.Binary => new ColumnValues<byte[]?>(column, capacity),
        ColumnType.Int32List => new ColumnValues<int[]?>(column, capacity),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.Type, "unknown column type"),
    };
}
