using System.Security.Cryptography;
using AkkaMLScheduler.Testing;
using DuckDB.NET.Data;

namespace AkkaMLScheduler.Catalog.Tests;

public sealed class ParquetFileTests : IDisposable
{
    private static readonly DateTimeOffset Moment = new(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);

    private static readonly TableSchema AllTypes = new(
        new Column("flag", ColumnType.Boolean),
        new Column("small", ColumnType.Int32),
        new Column("big", ColumnType.Int64),
        new Column("real", ColumnType.Float64),
        new Column("text", ColumnType.String),
        new Column("moment", ColumnType.Timestamp),
        new Column("bytes", ColumnType.Binary),
        new Column("tokens", ColumnType.Int32List));

    private static readonly object?[][] Rows =
    [
        [true, 1, long.MaxValue, 0.5, "grüße 😀", Moment, new byte[] { 0, 255 }, new[] { 1, 2, 3 }],
        [null, null, null, null, null, null, null, null],
        [false, -7, long.MinValue, -1e300, "", Moment.AddYears(-100), Array.Empty<byte>(), Array.Empty<int>()],
        [true, 0, 0L, double.NaN, "x\ny", Moment, new byte[] { 7 }, new[] { 9 }],
    ];

    private readonly TemporaryFolder _folder = new();

    private CatalogSettings Settings => CatalogSettings.Embedded(_folder.Path);

    [Fact]
    public async Task Every_type_and_every_null_comes_back_over_several_row_groups()
    {
        var file = await WriteAsync(AllTypes, nullable: true, Rows[..2], Rows[2..]);

        var groups = await GroupsAsync(file, AllTypes);
        Assert.Equal(2, groups.Count);
        Assert.Equal(Rows, groups.SelectMany(group => group));
    }

    [Fact]
    public async Task Required_columns_come_back_too()
    {
        var required = new TableSchema([.. AllTypes.Columns.Select(column => column with { Nullable = false })]);
        object?[][] rows = [Rows[0], Rows[2], Rows[3]];

        var file = await WriteAsync(required, nullable: false, rows);

        Assert.Equal(rows, (await GroupsAsync(file, required)).SelectMany(group => group));
    }

    [Fact]
    public async Task DuckDB_reads_the_names_types_and_values()
    {
        var file = await WriteAsync(AllTypes, nullable: true, Rows);

        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync();
        var path = Settings.Absolute(file.Path);
        var shape = Query(connection, $"DESCRIBE SELECT * FROM '{path}'").Select(row => $"{row[0]} {row[1]}");
        var values = Query(connection, $"""
            SELECT flag, small, big, "real", text, epoch_us(moment), hex(bytes), list_sum(tokens), len(tokens), tokens IS NULL FROM '{path}'
            """);

        Assert.Equal(
            [
                "flag BOOLEAN", "small INTEGER", "big BIGINT", "real DOUBLE", "text VARCHAR", "moment TIMESTAMP WITH TIME ZONE", "bytes BLOB",
                "tokens INTEGER[]",
            ],
            shape);
        Assert.Equal(4, values.Count);
        Assert.Equal([true, 1, long.MaxValue, 0.5, "grüße 😀", Moment.ToUnixTimeMilliseconds() * 1000, "00FF"], values[0][..7]);
        Assert.Equal(("6", 3L, false), (values[0][7]!.ToString(), (long)values[0][8]!, (bool)values[0][9]!));
        Assert.All(values[1][..9], Assert.Null);
        Assert.Equal((0L, false), ((long)values[2][8]!, (bool)values[2][9]!));
    }

    [Fact]
    public async Task Integers_of_any_size_and_texts_that_repeat_or_do_not_are_the_same_to_DuckDB_and_here()
    {
        var schema = new TableSchema(
            new Column("row", ColumnType.Int64), new Column("big", ColumnType.Int64), new Column("small", ColumnType.Int32), new Column("few", ColumnType.String), new Column("many", ColumnType.String));
        var random = new Random(3);
        object?[][] extremes = [[0L, long.MaxValue, int.MinValue, null, ""], [1L, long.MinValue, int.MaxValue, "", null], [2L, null, null, null, null]];
        var rows = extremes.Concat(Enumerable.Range(3, 9_997).Select(object?[] (row) =>
        [
            (long)row, random.NextInt64() >> random.Next(64), random.Next() >> random.Next(32), row % 7 == 0 ? null : $"one of {row % 5}", $"{row} of many",
        ])).ToArray();

        var file = await WriteAsync(schema, nullable: true, rows[..6_000], rows[6_000..]);

        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync();
        var path = Settings.Absolute(file.Path);
        Assert.Equal(rows, (await GroupsAsync(file, schema)).SelectMany(group => group));
        Assert.Equal(rows, Query(connection, $"SELECT * FROM '{path}' ORDER BY row"));
        var encodings = Query(connection, $"SELECT DISTINCT path_in_schema || ' ' || encodings FROM parquet_metadata('{path}') ORDER BY 1").Select(row => (string)row[0]!).ToList();
        Assert.Contains(encodings, encoding => encoding.StartsWith("few", StringComparison.Ordinal) && encoding.Contains("DICTIONARY", StringComparison.Ordinal));
        Assert.Contains(encodings, encoding => encoding.StartsWith("row", StringComparison.Ordinal) && encoding.Contains("DELTA_BINARY_PACKED", StringComparison.Ordinal));
        Assert.DoesNotContain(encodings, encoding => encoding.StartsWith("many", StringComparison.Ordinal) && encoding.Contains("DICTIONARY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_reported_hash_size_and_footer_are_those_of_the_file()
    {
        var file = await WriteAsync(AllTypes, nullable: true, Rows);

        var bytes = await File.ReadAllBytesAsync(Settings.Absolute(file.Path));

        Assert.Equal(bytes.Length, file.Bytes);
        Assert.Equal(4, file.Rows);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.Sha256);
        Assert.Equal(BitConverter.ToInt32(bytes, bytes.Length - 8), file.FooterBytes);
        Assert.StartsWith("main/sample/", file.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statistics_bound_numbers_and_set_nan_apart()
    {
        var file = await WriteAsync(AllTypes, nullable: true, Rows);

        var byName = file.Statistics.ToDictionary(statistics => statistics.Column);

        Assert.Equal(new ColumnStatistics("small", 3, 1, "-7", "1", null), byName["small"]);
        Assert.Equal(("-1E+300", "0.5", true), (byName["real"].Min, byName["real"].Max, byName["real"].ContainsNaN));
        Assert.Equal(new ColumnStatistics("flag", 3, 1, "0", "1", null), byName["flag"]);
        Assert.Equal(new ColumnStatistics("text", 3, 1, null, null, null), byName["text"]);
    }

    [Fact]
    public async Task A_file_that_is_not_completed_leaves_nothing_behind()
    {
        await using (var writer = await ParquetFileWriter.CreateAsync(Settings, "sample", AllTypes))
        {
            var batch = new ColumnBatch(AllTypes);
            batch.AddRow(Rows[0]);
            await writer.WriteAsync(batch);
            Assert.Single(Directory.GetFiles(_folder.File("lake", "main", "sample")));
        }

        Assert.Empty(Directory.GetFiles(_folder.File("lake", "main", "sample")));
    }

    [Fact]
    public async Task A_null_in_a_required_column_is_refused_by_name()
    {
        var schema = new TableSchema(new Column("id", ColumnType.String, Nullable: false));
        await using var writer = await ParquetFileWriter.CreateAsync(Settings, "sample", schema);
        var batch = new ColumnBatch(schema);
        batch.Strings(0).Append(null);

        var error = await Assert.ThrowsAsync<CatalogException>(() => writer.WriteAsync(batch));

        Assert.Contains("'id' is required", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_garbage_and_a_wrong_type_are_one_clear_line()
    {
        var garbage = _folder.File("garbage.parquet");
        await File.WriteAllTextAsync(garbage, "this is no parquet file at all");
        var file = await WriteAsync(AllTypes, nullable: true, Rows);
        var other = new TableSchema(new Column("text", ColumnType.Int32));

        var unreadable = await Assert.ThrowsAsync<CatalogException>(() => DrainAsync(garbage, AllTypes));
        var missing = await Assert.ThrowsAsync<CatalogException>(() => DrainAsync(_folder.File("none.parquet"), AllTypes));
        var mismatch = await Assert.ThrowsAsync<CatalogException>(() => DrainAsync(Settings.Absolute(file.Path), other));

        Assert.Contains(garbage, unreadable.Message, StringComparison.Ordinal);
        Assert.Contains("none.parquet", missing.Message, StringComparison.Ordinal);
        Assert.Contains("'text'", mismatch.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task DrainAsync(string path, TableSchema schema)
    {
        await foreach (var batch in ParquetFileReader.ReadAsync(new SnapshotFile(path, 0, 0, ""), schema))
            Assert.NotEqual(-1, batch.Count);
    }

    /// <summary>The rows of each row group, as the catalog's reader gives them.</summary>
    private async Task<List<object?[][]>> GroupsAsync(DataFile file, TableSchema schema)
    {
        var groups = new List<object?[][]>();
        await foreach (var batch in ParquetFileReader.ReadAsync(file.In(Settings), schema))
            groups.Add([.. Enumerable.Range(0, batch.Count).Select(object?[] (row) => [.. batch.Columns.Select(column => column.Value(row))])]);
        return groups;
    }

    private static List<object?[]> Query(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        return rows;
    }

    private async Task<DataFile> WriteAsync(TableSchema schema, bool nullable, params object?[][][] groups)
    {
        Assert.All(schema.Columns, column => Assert.Equal(nullable, column.Nullable));
        await using var writer = await ParquetFileWriter.CreateAsync(Settings, "sample", schema);
        var batch = new ColumnBatch(schema);
        foreach (var group in groups)
        {
            foreach (var row in group)
                batch.AddRow(row);
            await writer.WriteAsync(batch);
            batch.Clear();
        }

        return await writer.CompleteAsync();
    }
}
