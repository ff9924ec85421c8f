using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Catalog.Tests;

[Collection(CatalogFixture.Name)]
public sealed class LakeCatalogTests(PostgresServer server)
{
    public static TheoryData<CatalogProvider> Providers { get; } = [CatalogProvider.Sqlite, CatalogProvider.PostgreSql];

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Every_version_stays_readable_after_appends_and_replaces(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);

        await bench.CommitAsync("numbers", ChangeMode.Append, 1, 2);
        await bench.CommitAsync("numbers", ChangeMode.Append, 3);
        var replaced = await bench.CommitAsync("numbers", ChangeMode.Replace, 7, 8, 9, 10);
        await bench.CommitAsync("numbers", ChangeMode.Append, 11);

        Assert.Equal([new DatasetVersion("numbers", 3)], replaced.Versions);
        Assert.Equal([1L, 2], await bench.ReadAsync("numbers@1"));
        Assert.Equal([1L, 2, 3], await bench.ReadAsync("numbers@2"));
        Assert.Equal([7L, 8, 9, 10], await bench.ReadAsync("numbers@3"));
        Assert.Equal([7L, 8, 9, 10, 11], await bench.ReadAsync("numbers"));
        Assert.Null(await bench.Catalog.FindAsync("numbers@5"));
        Assert.Null(await bench.Catalog.FindAsync("nothing"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task A_summary_tells_rows_files_counts_and_parents_of_the_latest_version(CatalogProvider provider)
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 30, 15, TimeSpan.Zero);
        await using var bench = await CatalogBench.OpenAsync(provider, server, new FixedTime(now));
        await bench.CommitAsync("raw", ChangeMode.Append, 1, 2, 3);
        await bench.CommitAsync("raw", ChangeMode.Append, 4);
        var raw = new DatasetVersion("raw", 2);
        var file = await bench.NumbersAsync("clean", 1, 2);
        var clean = new DatasetChange("clean", Layer.Processed, CatalogBench.NumberSchema, ChangeMode.Replace, [file], [raw], new(5, 2, 1, 1, 1), "cleaner");
        await bench.Catalog.CommitAsync(new CommitRequest([clean], []));

        var datasets = await bench.Catalog.DatasetsAsync();

        Assert.Equal(["clean", "raw"], datasets.Select(dataset => dataset.Name));
        Assert.Equal(
            (Layer.Processed, 2L, 1, file.Bytes, new RecordCounts(5, 2, 1, 1, 1), now, "cleaner"),
            (datasets[0].Layer, datasets[0].Rows, datasets[0].Files, datasets[0].Bytes, datasets[0].Counts, datasets[0].Created, datasets[0].Producer));
        Assert.Equal([raw], datasets[0].Parents);
        Assert.Equal((4L, 2, CatalogBench.Accepted(4)), (datasets[1].Rows, datasets[1].Files, datasets[1].Counts));
        Assert.Equal([new LineageEdge(raw, new DatasetVersion("clean", 1))], await bench.Catalog.LineageAsync());
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task A_parent_made_in_the_same_commit_gets_its_number(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await bench.CommitAsync("first", ChangeMode.Append, 1);
        var first = await bench.ChangeAsync("first", ChangeMode.Append, 2);
        var second = await bench.ChangeAsync("second", ChangeMode.Replace, 2) with { Parents = [DatasetVersion.InThisCommit("first")] };

        var result = await bench.Catalog.CommitAsync(new CommitRequest([first, second], []));

        Assert.Equal(["first@2", "second@1"], result.Versions.Select(version => version.ToString()));
        Assert.Equal([new DatasetVersion("first", 2)], (await bench.Catalog.FindAsync("second"))!.Parents);
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task An_offset_moves_only_from_where_it_is_and_nothing_else_of_a_refused_commit_is_stored(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        var first = await bench.ChangeAsync("events", ChangeMode.Append, 1, 2);
        await bench.Catalog.CommitAsync(new CommitRequest([first], [new("kafka://c/events", "0", null, 2), new("kafka://c/events", "1", null, 0)]));

        var replay = await bench.ChangeAsync("events", ChangeMode.Append, 1, 2);
        var fresh = await Assert.ThrowsAsync<OffsetConflictException>(
            () => bench.Catalog.CommitAsync(new CommitRequest([replay], [new("kafka://c/events", "0", null, 2)])));
        var stale = await Assert.ThrowsAsync<OffsetConflictException>(
            () => bench.Catalog.CommitAsync(new CommitRequest([replay], [new("kafka://c/events", "0", 1, 3)])));
        await bench.Catalog.CommitAsync(new CommitRequest([], [new("kafka://c/events", "0", 2, 5)]));

        Assert.Equal((null, 2L), (fresh.Expected, fresh.Stored!.Value));
        Assert.Equal((1L, 2L), (stale.Expected!.Value, stale.Stored!.Value));
        Assert.Equal([1L, 2], await bench.ReadAsync("events"));
        Assert.Single(await bench.Catalog.LogAsync("events"));
        var offsets = await bench.Catalog.OffsetsAsync("kafka://c/events");
        Assert.Equal([("0", 5L), ("1", 0L)], offsets.OrderBy(offset => offset.Key).Select(offset => (offset.Key, offset.Value)));
        Assert.Empty(await bench.Catalog.OffsetsAsync("kafka://c/other"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Writers_at_once_all_commit_and_every_id_is_given_once(CatalogProvider provider)
    {
        const int writers = 8;
        const int commits = 6;
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await using var other = await LakeCatalog.OpenAsync(bench.Settings);

        var results = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var mine = new List<CommitResult>();
            for (var commit = 0; commit < commits; commit++)
            {
                var change = await bench.ChangeAsync("shared", ChangeMode.Append, writer * commits + commit);
                var catalog = writer % 2 == 0 ? bench.Catalog : other;
                mine.Add(await catalog.CommitAsync(new CommitRequest([change], [new($"source-{writer}", "", commit == 0 ? null : commit, commit + 1)])));
            }

            return mine;
        })));

        var all = results.SelectMany(mine => mine).ToList();
        Assert.Equal(Enumerable.Range(1, writers * commits).Select(id => (long)id), all.Select(result => result.SnapshotId).Order());
        Assert.Equal(Enumerable.Range(1, writers * commits).Select(id => (long)id), all.Select(result => result.Versions[0].Version).Order());
        Assert.Equal(Enumerable.Range(0, writers * commits).Select(id => (long)id), (await bench.ReadAsync("shared")).Order());
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Of_two_writers_on_one_offset_exactly_one_wins(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        var changes = new[] { await bench.ChangeAsync("events", ChangeMode.Append, 1), await bench.ChangeAsync("events", ChangeMode.Append, 1) };

        var outcomes = await Task.WhenAll(changes.Select(change => Task.Run(async () =>
        {
            try
            {
                await bench.Catalog.CommitAsync(new CommitRequest([change], [new("topic", "0", null, 1)]));
                return true;
            }
            catch (OffsetConflictException)
            {
                return false;
            }
        })));

        Assert.Single(outcomes, won => won);
        Assert.Equal([1L], await bench.ReadAsync("events"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Equal_content_has_an_equal_hash_and_other_content_another(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await bench.CommitAsync("a", ChangeMode.Append, 1, 2);
        await bench.CommitAsync("b", ChangeMode.Append, 1, 2);
        await bench.CommitAsync("c", ChangeMode.Append, 1, 3);

        var hashes = new List<string>();
        foreach (var name in new[] { "a", "b", "c" })
            hashes.Add((await bench.Catalog.FindAsync(name))!.ContentHash);

        Assert.Equal(64, hashes[0].Length);
        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task A_tag_names_a_version_and_can_move(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await bench.CommitAsync("numbers", ChangeMode.Append, 1);
        await bench.CommitAsync("numbers", ChangeMode.Append, 2);

        await bench.Catalog.TagAsync(new DatasetVersion("numbers", 1), "golden");
        Assert.Equal([1L], await bench.ReadAsync("numbers@golden"));
        await bench.Catalog.TagAsync(new DatasetVersion("numbers", 2), "golden");

        Assert.Equal([1L, 2], await bench.ReadAsync("numbers@golden"));
        Assert.Equal([["golden"], []], (await bench.Catalog.LogAsync("numbers")).Select(row => row.Tags));
        await Assert.ThrowsAsync<CatalogException>(() => bench.Catalog.TagAsync(new DatasetVersion("numbers", 9), "golden"));
        await Assert.ThrowsAsync<CatalogException>(() => bench.Catalog.TagAsync(new DatasetVersion("numbers", 1), "2"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task What_contradicts_the_catalog_is_refused_with_the_reason(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        var good = await bench.ChangeAsync("numbers", ChangeMode.Append, 1);
        await bench.Catalog.CommitAsync(new CommitRequest([good], []));
        var next = await bench.ChangeAsync("numbers", ChangeMode.Append, 2);

        await RefusedAsync(bench, good, "in the catalog already");
        await RefusedAsync(bench, next with { Layer = Layer.Curated }, "is raw, not curated");
        await RefusedAsync(bench, next with { Counts = new(5, 1, 1, 1, 1) }, "do not add up");
        await RefusedAsync(bench, next with { Parents = [new("numbers", 8)] }, "there is no such version");
        await RefusedAsync(bench, next with { Dataset = "../numbers" }, "is no dataset name");
        await RefusedAsync(bench, next with { Files = [next.Files[0] with { Path = "main/numbers/gone.parquet" }] }, "is missing");
        await RefusedAsync(bench, next with { Schema = new(new Column("n", ColumnType.String)) }, "cannot take String");
        await Assert.ThrowsAsync<CatalogException>(() => bench.Catalog.CommitAsync(new CommitRequest([], [])));
        await Assert.ThrowsAsync<CatalogException>(() => bench.Catalog.CommitAsync(new CommitRequest([], [new("s", "", 5, 4)])));

        Assert.Equal([1L], await bench.ReadAsync("numbers"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task An_append_may_add_a_column_and_old_rows_read_as_null(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await bench.CommitAsync("numbers", ChangeMode.Append, 1);
        var wider = new TableSchema(new Column("n", ColumnType.Int64, Nullable: false), new Column("word", ColumnType.String));
        DataFile file;
        await using (var writer = await ParquetFileWriter.CreateAsync(bench.Settings, "numbers", wider))
        {
            var batch = new ColumnBatch(wider);
            batch.AddRow(2L, "two");
            await writer.WriteAsync(batch);
            file = await writer.CompleteAsync();
        }

        var change = new DatasetChange("numbers", Layer.Raw, wider, ChangeMode.Append, [file], [], CatalogBench.Accepted(1), "test");
        await bench.Catalog.CommitAsync(new CommitRequest([change], []));

        var snapshot = (await bench.Catalog.FindAsync("numbers"))!;
        Assert.Equal(wider, snapshot.Schema);
        Assert.Equal(CatalogBench.NumberSchema, (await bench.Catalog.FindAsync("numbers@1"))!.Schema);
        var words = new List<string?>();
        await foreach (var batch in ParquetFileReader.ReadAsync(snapshot))
            words.AddRange(batch.Strings(1).Memory.ToArray());
        Assert.Equal([null, "two"], words);
    }

    private static async Task RefusedAsync(CatalogBench bench, DatasetChange change, string because)
    {
        var error = await Assert.ThrowsAsync<CatalogException>(() => bench.Catalog.CommitAsync(new CommitRequest([change], [])));
        Assert.Contains(because, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
