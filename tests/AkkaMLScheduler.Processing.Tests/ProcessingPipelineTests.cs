using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Catalog.Text;
using AkkaMLScheduler.Testing;
using DuckDB.NET.Data;

namespace AkkaMLScheduler.Processing.Tests;

[Collection(ProcessingFixture.Name)]
public sealed class ProcessingPipelineTests(PostgresServer server)
{
    private static readonly ProcessingSettings Settings = new("docs", "docs-processed", "docs-curated");

    public static TheoryData<CatalogProvider> Providers { get; } = [CatalogProvider.Sqlite, CatalogProvider.PostgreSql];

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Every_record_has_one_fate_and_the_lowest_source_and_offset_of_equal_texts_stays(CatalogProvider provider)
    {
        await using var bench = await LakeBench.OpenAsync(provider, server);
        await bench.RawAsync("docs", LakeBench.TextSchema, ["b1", "same", "b", 1L], ["b2", "  \u0001 ", "b", 2L], ["b3", null, "b", 3L]);
        var raw = await bench.RawAsync("docs", LakeBench.TextSchema, [null, "other", "a", 9L], ["a2", " same\u0000 ", "a", 2L], ["a3", "Cafe\u0301", "a", 3L]);

        var report = await bench.RunAsync(Settings);

        Assert.Equal(raw, report.Raw);
        Assert.Equal(new RecordCounts(6, 3, 0, 2, 1), report.Processed.Counts);
        Assert.Equal(new RecordCounts(3, 3, 0, 0, 0), report.Curated.Counts);
        Assert.Null(report.Rejects);
        Assert.False(report.AlreadyDone);
        Assert.Equal(
            [["a2", "same", "a", 2L], ["a3", "Caf\u00e9", "a", 3L], [null, "other", "a", 9L]], await bench.RowsAsync("docs-processed"));
        var curated = await bench.RowsAsync("docs-curated");
        Assert.Equal(["a2", "a3", "a:9"], curated.Select(row => row[0]));
        Assert.All(curated, row => Assert.Equal(ByteTokenizer.Encode((string)row[1]!), (int[])row[2]!));
        Assert.All(curated, row => Assert.Equal(((int[])row[2]!).Length, (int)row[3]!));
        Assert.Equal(curated.Sum(row => (int)row[3]!), report.Tokens);
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Layers_name_the_exact_versions_they_were_made_from(CatalogProvider provider)
    {
        await using var bench = await LakeBench.OpenAsync(provider, server);
        var raw = await bench.RawAsync("docs", LakeBench.TextSchema, ["1", "one", "s", 0L]);

        var report = await bench.RunAsync(Settings);

        Assert.Equal([raw], (await bench.Catalog.FindAsync("docs-processed"))!.Parents);
        Assert.Equal([report.Processed.Version], (await bench.Catalog.FindAsync("docs-curated"))!.Parents);
        Assert.Equal(Layer.Curated, (await bench.Catalog.FindAsync("docs-curated"))!.Layer);
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Running_again_changes_nothing_until_the_raw_data_or_the_rules_change(CatalogProvider provider)
    {
        await using var bench = await LakeBench.OpenAsync(provider, server);
        await bench.RawAsync("docs", LakeBench.TextSchema, ["1", "one", "s", 0L], ["2", "two", "s", 1L]);

        var first = await bench.RunAsync(Settings);
        var again = await bench.RunAsync(Settings);
        var otherRules = await bench.RunAsync(Settings with { IdColumn = "text" });
        await bench.RawAsync("docs", LakeBench.TextSchema, ["3", "three", "s", 2L]);
        var grown = await bench.RunAsync(Settings with { IdColumn = "text" });

        Assert.Equal(first with { AlreadyDone = true }, again);
        Assert.Equal((2L, false), (otherRules.Processed.Version.Version, otherRules.AlreadyDone));
        Assert.Equal((3L, 3L), (grown.Processed.Version.Version, grown.Processed.Rows));
        Assert.Equal(3, (await bench.Catalog.LogAsync("docs-curated")).Count);
        Assert.Equal(2, (await bench.RowsAsync("docs-curated@1")).Count);
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Two_runs_at_once_make_one_version(CatalogProvider provider)
    {
        await using var bench = await LakeBench.OpenAsync(provider, server);
        await bench.RawAsync("docs", LakeBench.TextSchema, Enumerable.Range(0, 3000).Select(i => new object?[] { null, $"text {i}", "s", (long)i }));

        var reports = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => bench.RunAsync(Settings))));

        Assert.Single(reports, report => !report.AlreadyDone);
        Assert.Single(await bench.Catalog.LogAsync("docs-processed"));
        Assert.All(reports, report => Assert.Equal(3000, report.Curated.Rows));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task What_does_not_fit_the_schema_is_rejected_with_code_message_and_original(CatalogProvider provider)
    {
        await using var bench = await LakeBench.OpenAsync(provider, server);
        var raw = new TableSchema(
            new("name", ColumnType.String), new("age", ColumnType.String), new("_source", ColumnType.String), new("_offset", ColumnType.Int64));
        await bench.RawAsync("docs", raw, ["Ann", " 41 ", "s", 0L], ["Bob", "many", "s", 1L], ["NA", "3", "s", 2L], ["", "NA", "s", 3L], ["Ann", "41", "s", 4L]);
        var schema = new TableSchema(new Column("age", ColumnType.Int64), new Column("name", ColumnType.String, Nullable: false));

        var report = await bench.RunAsync(Settings with { Schema = schema });

        Assert.Equal(new RecordCounts(5, 1, 2, 1, 1), report.Processed.Counts);
        Assert.Equal(2, report.Rejects!.Rows);
        Assert.Equal([[41L, "Ann", "s", 0L]], await bench.RowsAsync("docs-processed"));
        Assert.Equal("age: 41; name: Ann", (await bench.RowsAsync("docs-curated"))[0][1]);
        Assert.Equal(
            [
                ["s", 1L, "unconvertible", "age", "column 'age': 'many' is no Int64", """{"name":"Bob","age":"many"}"""],
                ["s", 2L, "missing_column", "name", "column 'name' is required and has no value", """{"name":"NA","age":"3"}"""],
            ],
            await bench.RowsAsync("docs-processed__rejected"));

        await bench.RunAsync(Settings);
        Assert.Empty(await bench.RowsAsync("docs-processed__rejected"));
        Assert.Equal(2, (await bench.RowsAsync("docs-processed__rejected@1")).Count);
    }

    [Fact]
    public async Task Every_type_passes_through_a_tabular_dataset()
    {
        await using var bench = await LakeBench.OpenAsync(CatalogProvider.Sqlite, null);
        var moment = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(6);
        var schema = new TableSchema(
            new("flag", ColumnType.Boolean), new("small", ColumnType.Int32), new("big", ColumnType.Int64), new("real", ColumnType.Float64),
            new("moment", ColumnType.Timestamp), new("bytes", ColumnType.Binary), new("list", ColumnType.Int32List),
            new("_source", ColumnType.String), new("_offset", ColumnType.Int64));
        object?[] row = [true, 1, 2L, 0.5, moment, new byte[] { 1, 171 }, new[] { 3, 4 }, "s", 0L];
        await bench.RawAsync("docs", schema, row);

        await bench.RunAsync(Settings);

        Assert.Equal([row], await bench.RowsAsync("docs-processed"));
        Assert.Equal(
            "flag: true; small: 1; big: 2; real: 0.5; moment: 2026-01-02T03:04:05.0000060Z; bytes: 01ab; list: 3 4",
            (await bench.RowsAsync("docs-curated"))[0][1]);
    }

    [SkippableFact]
    public async Task The_thousand_articles_are_all_distinct_and_DuckDB_agrees()
    {
        var articles = await File.ReadAllLinesAsync(SharedData.Require("articles", "articles_1000.train"));
        await using var bench = await LakeBench.OpenAsync(CatalogProvider.Sqlite, null);
        await bench.RawAsync("docs", LakeBench.TextSchema, articles.Select((line, i) => new object?[] { null, line, "articles", (long)i }));

        var report = await bench.RunAsync(Settings);

        Assert.Equal(new RecordCounts(1000, 1000, 0, 0, 0), report.Processed.Counts);
        await using var duck = new DuckDBConnection("DataSource=:memory:");
        await duck.OpenAsync();
        await using var command = duck.CreateCommand();
        var path = (await bench.Catalog.FindAsync("docs-curated"))!.Files.Single().Path;
        command.CommandText = $"SELECT count(DISTINCT text), CAST(sum(len(tokens)) AS BIGINT), bool_and(len(tokens) = n_tokens) FROM '{path}'";
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal((1000L, report.Tokens, true), (reader.GetInt64(0), reader.GetInt64(1), reader.GetBoolean(2)));
    }

    [SkippableFact]
    public async Task The_raw_penguins_keep_all_344_rows_and_NA_becomes_null()
    {
        var csv = SharedData.Require("penguins", "penguins_raw.csv");
        await using var bench = await LakeBench.OpenAsync(CatalogProvider.Sqlite, null);
        await using var duck = new DuckDBConnection("DataSource=:memory:");
        await duck.OpenAsync();
        await using var command = duck.CreateCommand();
        command.CommandText = $"SELECT * FROM read_csv('{csv}', all_varchar = true, nullstr = '')";
        await using var reader = await command.ExecuteReaderAsync();
        var columns = Enumerable.Range(0, reader.FieldCount).Select(i => new Column(reader.GetName(i), ColumnType.String));
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i)), csv, (long)rows.Count]);
        await bench.RawAsync("docs", new TableSchema([.. columns, .. LakeBench.TextSchema.Columns.Skip(2)]), rows);

        var report = await bench.RunAsync(Settings);

        Assert.Equal(new RecordCounts(344, 344, 0, 0, 0), report.Processed.Counts);
        var sex = (await bench.Catalog.FindAsync("docs-processed"))!.Schema.IndexOf("Sex");
        Assert.Equal(
            [("", 11), ("FEMALE", 165), ("MALE", 168)],
            (await bench.RowsAsync("docs-processed")).GroupBy(row => row[sex] as string ?? "").OrderBy(g => g.Key).Select(g => (g.Key, g.Count())));
        Assert.StartsWith("studyName: PAL0708; Sample Number: 1; Species: Adelie", (string)(await bench.RowsAsync("docs-curated"))[0][1]!, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Forty_thousand_lines_of_a_play_add_up()
    {
        var lines = await File.ReadAllLinesAsync(SharedData.Require("tiny-shakespeare", "input.txt"));
        await using var bench = await LakeBench.OpenAsync(CatalogProvider.Sqlite, null);
        await bench.RawAsync("docs", LakeBench.TextSchema, lines.Select((line, i) => new object?[] { null, line, "play", (long)i }));

        var report = await bench.RunAsync(Settings);

        var texts = lines.Select(TextCleaning.Clean).Where(line => line.Length > 0).ToList();
        var distinct = texts.Distinct(StringComparer.Ordinal).ToList();
        Assert.Equal(new RecordCounts(40_000, distinct.Count, 0, 40_000 - texts.Count, texts.Count - distinct.Count), report.Processed.Counts);
        Assert.Equal(distinct, (await bench.RowsAsync("docs-curated")).Select(row => (string)row[1]!));
    }

    [Fact]
    public async Task A_missing_a_foreign_and_an_oversized_dataset_are_one_clear_line()
    {
        await using var bench = await LakeBench.OpenAsync(CatalogProvider.Sqlite, null);
        await bench.RawAsync("docs", LakeBench.TextSchema, ["1", "one", "s", 0L], ["2", "two", "s", 1L]);
        await bench.RawAsync("bare", new TableSchema(new Column("text", ColumnType.String)), (object?[])["x"]);

        var missing = await Assert.ThrowsAsync<ProcessingException>(() => bench.RunAsync(Settings with { RawDataset = "none" }));
        var bare = await Assert.ThrowsAsync<ProcessingException>(() => bench.RunAsync(Settings with { RawDataset = "bare" }));
        var many = await Assert.ThrowsAsync<ProcessingException>(() => bench.RunAsync(Settings with { MaxDistinctRecords = 1 }));

        Assert.Contains("'none'", missing.Message, StringComparison.Ordinal);
        Assert.Contains("_source", bare.Message, StringComparison.Ordinal);
        Assert.Contains("more than 1 distinct", many.Message, StringComparison.Ordinal);
        Assert.Null(await bench.Catalog.FindAsync("docs-processed"));
    }

    [Fact]
    public async Task A_damaged_raw_file_and_a_cancelled_run_commit_nothing()
    {
        await using var bench = await LakeBench.OpenAsync(CatalogProvider.Sqlite, null);
        await bench.RawAsync("docs", LakeBench.TextSchema, ["1", "one", "s", 0L]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.RunAsync(Settings, new CancellationToken(canceled: true)));
        await File.WriteAllTextAsync((await bench.Catalog.FindAsync("docs"))!.Files[0].Path, "garbage");

        var error = await Assert.ThrowsAsync<ProcessingException>(() => bench.RunAsync(Settings));

        Assert.Contains("docs@1", error.Message, StringComparison.Ordinal);
        Assert.Null(await bench.Catalog.FindAsync("docs-processed"));
        Assert.Empty(Directory.GetFiles(bench.Catalog.Settings.DataRoot, "*.writing", SearchOption.AllDirectories));
    }
}
