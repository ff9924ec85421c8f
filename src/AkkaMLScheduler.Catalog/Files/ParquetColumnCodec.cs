using System.Buffers;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// Moves one column between a batch and a Parquet row group. Definition levels of a list: 0 the list is null, 1 it is empty, 2 an
/// element; repetition level 0 starts a row, 1 goes on with it.
/// </summary>
internal static class ParquetColumnCodec
{
    private const int NullList = 0;
    private const int EmptyList = 1;
    private const int Element = 2;

    public static Task WriteAsync(ParquetRowGroupWriter group, DataField field, ColumnValues values, CancellationToken ct) => values switch
    {
        ColumnValues<bool?> booleans => WriteAsync(group, field, booleans, ct),
        ColumnValues<int?> int32s => WriteAsync(group, field, int32s, ct),
        ColumnValues<long?> int64s => WriteAsync(group, field, int64s, ct),
        ColumnValues<double?> floats => WriteAsync(group, field, floats, ct),
        ColumnValues<DateTimeOffset?> timestamps => WriteAsync(group, field, DateTimes(timestamps), ct),
        ColumnValues<string?> texts => group.WriteAsync(field, (IReadOnlyCollection<string>)(object)texts.Segment),
        Utf8Values texts => WriteAsync(group, field, texts, ct),
        ColumnValues<byte[]?> binaries => group.WriteAsync(field, (IReadOnlyCollection<byte[]>)(object)binaries.Segment),
        ColumnValues<int[]?> lists => WriteListsAsync(group, field, lists.Memory, ct),
        _ => throw new ArgumentException($"unknown column type {values.GetType()}", nameof(values)),
    };

    public static async Task<ColumnValues> ReadAsync(
        ParquetRowGroupReader group, DataField field, Column column, int rows, CancellationToken ct)
    {
        switch (column.Type)
        {
            case ColumnType.Boolean: return await ReadAsync<bool>(group, field, column, rows, ct).ConfigureAwait(false);
            case ColumnType.Int32: return await ReadAsync<int>(group, field, column, rows, ct).ConfigureAwait(false);
            case ColumnType.Int64 when field.ClrType == typeof(int):
                return await ReadWidenedAsync(group, field, column, rows, ct).ConfigureAwait(false);
            case ColumnType.Int64: return await ReadAsync<long>(group, field, column, rows, ct).ConfigureAwait(false);
            case ColumnType.Float64: return await ReadAsync<double>(group, field, column, rows, ct).ConfigureAwait(false);
            case ColumnType.String:
                var texts = new string?[rows];
                await group.ReadAsync(field, texts.AsMemory(), null, ct).ConfigureAwait(false);
                return new ColumnValues<string?>(column, texts);
            case ColumnType.Binary:
                var binaries = new byte[]?[rows];
                await group.ReadAsync(field, binaries.AsMemory(), null, ct).ConfigureAwait(false);
                return new ColumnValues<byte[]?>(column, binaries);
            case ColumnType.Timestamp:
                var moments = await ReadAsync<DateTime>(group, field, column, rows, ct).ConfigureAwait(false);
                return new ColumnValues<DateTimeOffset?>(column, Array.ConvertAll(moments.Segment.Array!, Moment));
            case ColumnType.Int32List: return await ReadListsAsync(group, field, column, rows, ct).ConfigureAwait(false);
            default: throw new ArgumentOutOfRangeException(nameof(column), column.Type, "unknown column type");
        }
    }

    /// <summary>The field holds values that can be read as the column's type.</summary>
    public static bool Fits(DataField field, Column column)
    {
        var type = field.ClrType;
        return column.Type switch
        {
            ColumnType.Boolean => type == typeof(bool),
            ColumnType.Int32 or ColumnType.Int32List => type == typeof(int),
            ColumnType.Int64 => type == typeof(long) || type == typeof(int),
            ColumnType.Float64 => type == typeof(double),
            ColumnType.String => type == typeof(string) || type == typeof(ReadOnlyMemory<char>),
            ColumnType.Timestamp => type == typeof(DateTime),
            ColumnType.Binary => type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>),
            _ => false,
        };
    }

    private static DateTimeOffset? Moment(DateTime? moment) =>
        moment is { } present ? new DateTimeOffset(DateTime.SpecifyKind(present, DateTimeKind.Utc)) : null;

    private static ColumnValues<DateTime?> DateTimes(ColumnValues<DateTimeOffset?> moments)
    {
        var converted = new DateTime?[moments.Count];
        for (var i = 0; i < converted.Length; i++)
            converted[i] = moments[i]?.UtcDateTime;
        return new ColumnValues<DateTime?>(moments.Column, converted);
    }

    private static Task WriteAsync<T>(ParquetRowGroupWriter group, DataField field, ColumnValues<T?> values, CancellationToken ct)
        where T : struct
    {
        if (field.IsNullable)
            return group.WriteAsync(field, values.Memory, null, null, ct);
        var present = new T[values.Count];
        for (var i = 0; i < present.Length; i++)
            present[i] = values[i]!.Value;
        return group.WriteAsync(field, (ReadOnlyMemory<T>)present, null, null, ct);
    }

    private static async Task WriteAsync(ParquetRowGroupWriter group, DataField field, Utf8Values texts, CancellationToken ct)
    {
        var values = ArrayPool<ReadOnlyMemory<byte>>.Shared.Rent(texts.Count);
        var definitions = ArrayPool<int>.Shared.Rent(texts.Count);
        try
        {
            var present = 0;
            for (var i = 0; i < texts.Count; i++)
            {
                definitions[i] = texts.IsNull(i) ? 0 : field.MaxDefinitionLevel;
                if (!texts.IsNull(i))
                    values[present++] = texts[i];
            }

            await group.WriteAllPartsAsync<ReadOnlyMemory<byte>>(
                field, values.AsMemory(0, present), definitions.AsMemory(0, texts.Count), null, ct).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<ReadOnlyMemory<byte>>.Shared.Return(values, clearArray: true);
            ArrayPool<int>.Shared.Return(definitions);
        }
    }

    private static async Task<ColumnValues<T?>> ReadAsync<T>(
        ParquetRowGroupReader group, DataField field, Column column, int rows, CancellationToken ct)
        where T : struct
    {
        var values = new T?[rows];
        if (field.IsNullable)
        {
            await group.ReadAsync<T>(field, values.AsMemory(), null, ct).ConfigureAwait(false);
        }
        else
        {
            var present = new T[rows];
            await group.ReadAsync<T>(field, present.AsMemory(), null, ct).ConfigureAwait(false);
            for (var i = 0; i < rows; i++)
                values[i] = present[i];
        }

        return new ColumnValues<T?>(column, values);
    }

    private static async Task<ColumnValues> ReadWidenedAsync(
        ParquetRowGroupReader group, DataField field, Column column, int rows, CancellationToken ct)
    {
        var narrow = await ReadAsync<int>(group, field, column, rows, ct).ConfigureAwait(false);
        return new ColumnValues<long?>(column, Array.ConvertAll(narrow.Segment.Array!, static value => (long?)value));
    }

    private static Task WriteListsAsync(ParquetRowGroupWriter group, DataField field, ReadOnlyMemory<int[]?> lists, CancellationToken ct)
    {
        var (elements, slots) = (0, 0);
        foreach (var list in lists.Span)
        {
            elements += list?.Length ?? 0;
            slots += Math.Max(1, list?.Length ?? 0);
        }

        var values = new int[elements];
        var definitions = new int[slots];
        var repetitions = new int[slots];
        var (value, slot) = (0, 0);
        foreach (var list in lists.Span)
        {
            if (list is null or [])
            {
                definitions[slot++] = list is null ? NullList : EmptyList;
                continue;
            }

            list.CopyTo(values, value);
            value += list.Length;
            definitions.AsSpan(slot, list.Length).Fill(Element);
            repetitions.AsSpan(slot + 1, list.Length - 1).Fill(1);
            slot += list.Length;
        }

        return group.WriteAllPartsAsync<int>(field, values, definitions, repetitions, ct);
    }

    private static async Task<ColumnValues> ReadListsAsync(
        ParquetRowGroupReader group, DataField field, Column column, int rows, CancellationToken ct)
    {
        using var raw = (RawColumnData<int>)await group.ReadRawColumnDataBaseAsync(field, ct).ConfigureAwait(false);
        return new ColumnValues<int[]?>(column, Assemble(raw.Values, raw.DefinitionLevels, raw.RepetitionLevels, rows, column));
    }

    private static int[]?[] Assemble(
        ReadOnlySpan<int> values, ReadOnlySpan<int> definitions, ReadOnlySpan<int> repetitions, int rows, Column column)
    {
        var lists = new int[]?[rows];
        var (row, slot, value) = (0, 0, 0);
        while (slot < definitions.Length && row < rows)
        {
            var end = slot + 1;
            while (end < repetitions.Length && repetitions[end] > 0)
                end++;
            if (definitions[slot] == Element)
            {
                lists[row] = values.Slice(value, end - slot).ToArray();
                value += end - slot;
            }
            else
            {
                lists[row] = definitions[slot] == EmptyList ? [] : null;
            }

            row++;
            slot = end;
        }

        if (row != rows || slot != definitions.Length)
            throw new CatalogException($"Column '{column.Name}' holds {row} lists where the row group has {rows} rows; the file is damaged.");
        return lists;
    }
}
