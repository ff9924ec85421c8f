namespace AkkaMLScheduler.Catalog;

/// <summary>
/// Rows held by column: one typed list per column, filled value by value or row by row. One batch becomes one Parquet row group, and
/// one row group is read as one batch. Not safe for several threads at once.
/// </summary>
public sealed class ColumnBatch
{
    private readonly ColumnValues[] _columns;

    /// <param name="schema">The columns.</param>
    /// <param name="capacity">Rows to make room for.</param>
    public ColumnBatch(TableSchema schema, int capacity = 0)
    {
        Schema = schema;
        _columns = [.. schema.Columns.Select(column => ColumnValues.For(column, capacity))];
    }

    /// <summary>An empty batch whose text columns are <see cref="Utf8Values"/>: for text that comes as UTF-8 and is only to be written.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="strings">Text columns that hold strings all the same, since they repeat a few.</param>
    public static ColumnBatch OfUtf8(TableSchema schema, params IReadOnlyCollection<string> strings) => new(
        schema,
        [.. schema.Columns.Select(column => column.Type == ColumnType.String && !strings.Contains(column.Name) ? new Utf8Values(column) : ColumnValues.For(column, capacity: 0))]);

    internal ColumnBatch(TableSchema schema, ColumnValues[] columns)
    {
        Schema = schema;
        _columns = columns;
    }

    public TableSchema Schema { get; }

    /// <summary>Rows. While a row is half filled, those of the first column.</summary>
    public int Count => _columns[0].Count;

    public IReadOnlyList<ColumnValues> Columns => _columns;

    public ColumnValues this[int column] => _columns[column];

    public ColumnValues<bool?> Booleans(int column) => (ColumnValues<bool?>)_columns[column];

    public ColumnValues<int?> Int32s(int column) => (ColumnValues<int?>)_columns[column];

    public ColumnValues<long?> Int64s(int column) => (ColumnValues<long?>)_columns[column];

    public ColumnValues<double?> Float64s(int column) => (ColumnValues<double?>)_columns[column];

    public ColumnValues<string?> Strings(int column) => (ColumnValues<string?>)_columns[column];

    /// <summary>A text column of a batch made by <see cref="OfUtf8"/>.</summary>
    public Utf8Values Utf8s(int column) => (Utf8Values)_columns[column];

    public ColumnValues<DateTimeOffset?> Timestamps(int column) => (ColumnValues<DateTimeOffset?>)_columns[column];

    public ColumnValues<byte[]?> Binaries(int column) => (ColumnValues<byte[]?>)_columns[column];

    public ColumnValues<int[]?> Int32Lists(int column) => (ColumnValues<int[]?>)_columns[column];

    /// <summary>Appends one row, one value per column in schema order; null = missing.</summary>
    /// <exception cref="ArgumentException">The number of values is not the number of columns.</exception>
    /// <exception cref="InvalidCastException">A value is not of its column's type.</exception>
    public void AddRow(params ReadOnlySpan<object?> values)
    {
        if (values.Length != _columns.Length)
            throw new ArgumentException($"{values.Length} values for {_columns.Length} columns");
        for (var i = 0; i < values.Length; i++)
            _columns[i].AppendValue(values[i]);
    }

    /// <summary>Takes back the rows from <paramref name="rows"/> on, half filled ones too.</summary>
    public void Truncate(int rows)
    {
        foreach (var column in _columns)
            column.Truncate(rows);
    }

    /// <summary>Empties it for reuse.</summary>
    public void Clear() => Truncate(0);
}
