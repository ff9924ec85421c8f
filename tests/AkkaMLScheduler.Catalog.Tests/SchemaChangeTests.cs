using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Catalog.Tests;

[Collection(CatalogFixture.Name)]
public sealed class SchemaChangeTests(PostgresServer server)
{
    private static readonly TableSchema Birds = new(
        new Column("bill", ColumnType.Int32), new Column("species", ColumnType.String), new Column("note", ColumnType.String));

    public static TheoryData<CatalogProvider> Providers => LakeCatalogTests.Providers;

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task A_renamed_column_is_found_in_files_of_either_name_and_older_versions_keep_theirs(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await CommitAsync(bench, Birds, [39, "Adelie", "a"]);
        var before = (await bench.Catalog.FindAsync("birds"))!;

        var altered = await bench.Catalog.AlterAsync("birds", [new SchemaEdit.Rename("species", "kind"), new SchemaEdit.Widen("bill", ColumnType.Int64)], "test");
        var now = (await bench.Catalog.FindAsync("birds"))!;
        await CommitAsync(bench, now.Schema, [1L << 40, "Gentoo", "b"]);

        Assert.Equal(["bill Int64", "kind String", "note String"], now.Schema.Columns.Select(c => $"{c.Name} {c.Type}"));
        Assert.Equal(before.ColumnIds, now.ColumnIds);
        Assert.Equal((before.Rows, altered), (now.Rows, now.Version));
        Assert.Equal([before.Version], now.Parents);
        Assert.Equal(["39 Adelie a", "1099511627776 Gentoo b"], await RowsAsync(bench, "birds"));
        Assert.Equal(["bill", "species", "note"], (await bench.Catalog.FindAsync("birds@1"))!.Schema.Columns.Select(c => c.Name));
        Assert.Equal(["39 Adelie a"], await RowsAsync(bench, "birds@1"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task A_column_that_takes_a_dropped_ones_name_is_another_column(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await CommitAsync(bench, Birds, [39, "Adelie", "a"]);
        var former = (await bench.Catalog.FindAsync("birds"))!.ColumnIds;

        await bench.Catalog.AlterAsync("birds", [new SchemaEdit.Drop("note"), new SchemaEdit.Add(new Column("note", ColumnType.String))], "test");
        await bench.Catalog.AlterAsync("birds", [new SchemaEdit.Drop("bill"), new SchemaEdit.Rename("species", "bill")], "test");
        var now = (await bench.Catalog.FindAsync("birds"))!;

        Assert.Equal(["bill String", "note String"], now.Schema.Columns.Select(c => $"{c.Name} {c.Type}"));
        Assert.Equal(former[1], now.ColumnIds[0]);
        Assert.DoesNotContain(now.ColumnIds[1], former);
        Assert.Equal(["Adelie null"], await RowsAsync(bench, "birds"));
        Assert.Equal(["39 Adelie a"], await RowsAsync(bench, "birds@1"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task What_Icebergs_rules_do_not_allow_is_refused_whole(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await CommitAsync(bench, Birds, [39, "Adelie", "a"]);
        (SchemaEdit[] Edits, string Words)[] refused =
        [
            ([new SchemaEdit.Rename("species", "kind"), new SchemaEdit.Drop("beak")], "no column 'beak'; it has bill, kind, note"),
            ([new SchemaEdit.Rename("species", "BILL")], "two columns named"),
            ([new SchemaEdit.Widen("species", ColumnType.Int64)], "is String; only Int32 widens"),
            ([new SchemaEdit.Add(new Column("x", ColumnType.Boolean, Nullable: false))], "must be nullable"),
            ([new SchemaEdit.Drop("bill"), new SchemaEdit.Drop("species"), new SchemaEdit.Drop("note")], "has 0 columns"),
        ];

        foreach (var (edits, words) in refused)
        {
            var error = await Assert.ThrowsAsync<CatalogException>(() => bench.Catalog.AlterAsync("birds", edits, "test"));
            Assert.Contains(words, error.Message);
        }

        Assert.Single(await bench.Catalog.LogAsync("birds"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Compaction_gives_files_the_names_that_columns_have_now(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await CommitAsync(bench, Birds, [39, "Adelie", "a"]);
        await bench.Catalog.AlterAsync("birds", [new SchemaEdit.Rename("species", "kind")], "test");

        await Compaction.RunAsync(bench.Catalog, "birds", Compaction.DefaultTargetBytes, "test");

        var now = (await bench.Catalog.FindAsync("birds"))!;
        Assert.Empty(Assert.Single(now.Files).OtherNames);
        Assert.Equal(["39 Adelie a"], await RowsAsync(bench, "birds"));
    }

    private static Task CommitAsync(CatalogBench bench, TableSchema schema, params object?[][] rows) =>
        bench.CommitRowsAsync("birds", ChangeMode.Append, schema, rows);

    private static async Task<List<string>> RowsAsync(CatalogBench bench, string reference)
    {
        var rows = new List<string>();
        await foreach (var batch in ParquetFileReader.ReadAsync((await bench.Catalog.FindAsync(reference))!))
        {
            for (var row = 0; row < batch.Count; row++)
                rows.Add(string.Join(' ', batch.Columns.Select(column => column.Value(row) ?? "null")));
        }

        return rows;
    }
}
