namespace AkkaMLScheduler.Catalog.Tests;

public sealed class DatasetDiffTests
{
    private static readonly TableSchema Everything = new(
        new Column("b", ColumnType.Boolean), new Column("i", ColumnType.Int32), new Column("d", ColumnType.Float64), new Column("s", ColumnType.String),
        new Column("t", ColumnType.Timestamp), new Column("x", ColumnType.Binary), new Column("l", ColumnType.Int32List));

    [Fact]
    public async Task Rows_are_compared_by_what_they_hold_and_as_often_as_they_stand()
    {
        await using var bench = await CatalogBench.OpenAsync(CatalogProvider.Sqlite, null!);
        await bench.CommitAsync("numbers", ChangeMode.Append, 1, 2, 2, 3);
        await bench.CommitAsync("numbers", ChangeMode.Append, 4);
        await bench.CommitAsync("numbers", ChangeMode.Replace, 3, 2, 5, 5);

        var appended = await DiffAsync(bench, "numbers@1", "numbers@2");
        var replaced = await DiffAsync(bench, "numbers@2", "numbers@3");
        var same = await DiffAsync(bench, "numbers@3", "numbers@3");

        Assert.Equal((1, 0, 1, 0), (appended.RowsAdded, appended.RowsRemoved, appended.FilesAdded.Count, appended.FilesRemoved.Count));

        // Of 1 2 2 3 4 and 3 2 5 5 one 2 and one 3 are the same.
        Assert.Equal((2, 3, 1, 2), (replaced.RowsAdded, replaced.RowsRemoved, replaced.FilesAdded.Count, replaced.FilesRemoved.Count));
        Assert.Equal((0, 0, 0, 0), (same.RowsAdded, same.RowsRemoved, same.FilesAdded.Count, same.FilesRemoved.Count));
        Assert.Empty(same.Schema);
    }

    [Fact]
    public async Task Every_type_counts_and_a_missing_value_is_no_empty_one()
    {
        await using var bench = await CatalogBench.OpenAsync(CatalogProvider.Sqlite, null!);
        object?[] full = [true, 1, 1.5, "ab", DateTimeOffset.UnixEpoch, new byte[] { 1 }, new[] { 1, 2 }];
        await CommitAsync(bench, Everything, full, [null, null, null, null, null, null, null], [false, 0, 0.0, "", DateTimeOffset.UnixEpoch, Array.Empty<byte>(), Array.Empty<int>()]);
        await CommitAsync(bench, Everything, full, [false, 0, 0.0, null, DateTimeOffset.UnixEpoch, Array.Empty<byte>(), Array.Empty<int>()]);

        var diff = await DiffAsync(bench, "all@1", "all@2");

        Assert.Equal((1, 2), (diff.RowsAdded, diff.RowsRemoved));
    }

    [Fact]
    public async Task Columns_that_came_went_and_changed_are_told()
    {
        await using var bench = await CatalogBench.OpenAsync(CatalogProvider.Sqlite, null!);
        await CommitAsync(bench, new TableSchema(new Column("a", ColumnType.Int32), new Column("b", ColumnType.String)), [1, "x"]);
        await CommitAsync(bench, new TableSchema(new Column("a", ColumnType.Int64), new Column("c", ColumnType.Boolean, Nullable: false)), [1L, true]);

        Assert.Equal(["~ a Int32 -> a Int64", "+ c Boolean required", "- b String"], (await DiffAsync(bench, "all@1", "all@2")).Schema);
    }

    private static async Task<DatasetDiff> DiffAsync(CatalogBench bench, string from, string to) =>
        await DatasetDiff.OfAsync((await bench.Catalog.FindAsync(from))!, (await bench.Catalog.FindAsync(to))!);

    private static Task CommitAsync(CatalogBench bench, TableSchema schema, params object?[][] rows) =>
        bench.CommitRowsAsync("all", ChangeMode.Replace, schema, rows);
}
