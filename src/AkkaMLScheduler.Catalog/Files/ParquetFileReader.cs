using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace AkkaMLScheduler.Catalog;

/// <summary>Reads Parquet files of the lake, one row group at a time.</summary>
public static class ParquetFileReader
{
    /// <summary>
    /// The columns of <paramref name="schema"/> by name (case does not matter); one that the file lacks is all null, one that only the
    /// file has is left out, and Int32 is read as Int64 where the schema says so. Each batch is the caller's to keep.
    /// </summary>
    /// <param name="file">A file of a version.</param>
    /// <param name="schema">Columns of that version, or some of them.</param>
    /// <param name="ct">Stops between row groups.</param>
    /// <exception cref="CatalogException">The file is missing or no Parquet file, or a column has another type.</exception>
    public static async IAsyncEnumerable<ColumnBatch> ReadAsync(
        SnapshotFile file, TableSchema schema, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var path = file.Path;
        await using var reader = await Guard(path, () => ParquetReader.CreateAsync(path, null, ct)).ConfigureAwait(false);
        var fields = schema.Columns.Select(column => file.NameOf(column) is { } name ? Find(reader.Schema, column, name, path) : null).ToArray();
        for (var index = 0; index < reader.RowGroupCount; index++)
        {
            ct.ThrowIfCancellationRequested();
            using var group = reader.OpenRowGroupReader(index);
            yield return await Guard(path, () => ReadGroupAsync(group, schema, fields, ct)).ConfigureAwait(false);
        }
    }

    /// <summary>All files of a version, in order.</summary>
    /// <exception cref="CatalogException">As <see cref="ReadAsync(SnapshotFile, TableSchema, CancellationToken)"/>.</exception>
    public static async IAsyncEnumerable<ColumnBatch> ReadAsync(
        DatasetSnapshot snapshot, [EnumeratorCancellation] CancellationToken ct = default)
    {
        foreach (var file in snapshot.Files)
        {
            await foreach (var batch in ReadAsync(file, snapshot.Schema, ct).ConfigureAwait(false))
                yield return batch;
        }
    }

    private static async Task<ColumnBatch> ReadGroupAsync(
        ParquetRowGroupReader group, TableSchema schema, DataField?[] fields, CancellationToken ct)
    {
        var rows = checked((int)group.RowCount);
        var columns = new ColumnValues[fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            columns[i] = fields[i] is { } field
                ? await ParquetColumnCodec.ReadAsync(group, field, schema.Columns[i], rows, ct).ConfigureAwait(false)
                : Missing(schema.Columns[i], rows);
        }

        return new ColumnBatch(schema, columns);
    }

    private static DataField? Find(ParquetSchema shape, Column column, string name, string path)
    {
        var position = -1;
        for (var i = 0; i < shape.Fields.Count; i++)
        {
            if (string.Equals(shape[i].Name, name, StringComparison.OrdinalIgnoreCase))
                position = i;
        }

        if (position < 0)
            return null;
        var field = shape[position] switch
        {
            DataField scalar when column.Type != ColumnType.Int32List => scalar,
            ListField { Item: DataField element } when column.Type == ColumnType.Int32List => element,
            _ => null,
        };
        if (field is null || !ParquetColumnCodec.Fits(field, column))
            throw new CatalogException($"Column '{name}' of {path} is not of type {column.Type}.");
        return field;
    }

    private static ColumnValues Missing(Column column, int rows)
    {
        var values = ColumnValues.For(column, rows);
        for (var i = 0; i < rows; i++)
            values.AppendNull();
        return values;
    }

    private static async Task<T> Guard<T>(string path, Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (CatalogException or OperationCanceledException))
        {
            // A damaged file makes the decoder throw nearly anything; the user needs the file's name.
            throw new CatalogException($"Cannot read Parquet file {path}: {CatalogException.Reason(error)}", error);
        }
    }
}
