using AkkaMLScheduler.Testing;
using DuckDB.NET.Data;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog.Tests;

[Collection(CatalogFixture.Name)]
public sealed class UpkeepTests(PostgresServer server)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CollectionRules Rules = new(KeepFor: TimeSpan.FromDays(7), Grace: TimeSpan.FromHours(1));
    private static readonly HashSet<DatasetVersion> Nobody = [];

    public static TheoryData<CatalogProvider> Providers => LakeCatalogTests.Providers;

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task A_time_means_the_version_that_was_the_newest_then(CatalogProvider provider)
    {
        var time = new MovingTime(Noon);
        await using var bench = await CatalogBench.OpenAsync(provider, server, time);
        await bench.CommitAsync("numbers", ChangeMode.Append, 1);
        time.Now = Noon.AddHours(2);
        await bench.CommitAsync("numbers", ChangeMode.Append, 2);

        Assert.Null(await bench.Catalog.FindAsync("numbers@2026-03-01T11:59:59Z"));
        Assert.Null(await bench.Catalog.FindAsync("numbers@yesterday"));
        Assert.Equal([1L], await bench.ReadAsync("numbers@2026-03-01T12:00:00Z"));
        Assert.Equal([1L], await bench.ReadAsync("numbers@2026-03-01T14:59:59+01:00"));
        Assert.Equal([1L, 2], await bench.ReadAsync("numbers@2026-03-01T14:00:00Z"));
        Assert.Equal([1L, 2], await bench.ReadAsync("numbers@2026-03-02"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Compaction_merges_neighbours_and_keeps_rows_order_and_counts(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        foreach (var number in Enumerable.Range(1, 5))
            await bench.CommitAsync("numbers", ChangeMode.Append, number, -number);
        var before = (await bench.Catalog.FindAsync("numbers"))!;

        var report = await Compaction.RunAsync(bench.Catalog, "numbers", 2 * before.Files[0].Bytes + 2, "test");

        var after = (await bench.Catalog.FindAsync("numbers"))!;
        Assert.Equal((4, 2, 8L, after.Version), (report.FilesBefore, report.FilesAfter, report.Rows, report.Version));
        Assert.Equal(3, after.Files.Count);
        Assert.Equal((before.Rows, before.TotalCounts, before.Version), (after.Rows, after.TotalCounts, after.Parents.Single()));
        Assert.Equal([5L, -5, 1, -1, 2, -2, 3, -3, 4, -4], await bench.ReadAsync("numbers"));
        Assert.Equal([1L, -1, 2, -2, 3, -3, 4, -4, 5, -5], await bench.ReadAsync("numbers@5"));
        Assert.Equal(0, (await Compaction.RunAsync(bench.Catalog, "numbers", 2, "test")).FilesBefore);
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task What_is_committed_while_files_are_merged_stays_and_what_was_replaced_is_not_brought_back(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await bench.CommitAsync("numbers", ChangeMode.Append, 1);
        await bench.CommitAsync("numbers", ChangeMode.Append, 2);
        var current = (await bench.Catalog.FindAsync("numbers"))!;
        var merged = await bench.NumbersAsync("numbers", 1, 2);
        var compaction = new DatasetChange("numbers", Layer.Raw, current.Schema, ChangeMode.Compact, [merged], [], RecordCounts.None, "test")
        {
            Compacted = [.. current.Files.Select(file => Path.GetFileName(file.Path))],
        };

        await bench.CommitAsync("numbers", ChangeMode.Append, 3);
        await bench.Catalog.CommitAsync(new CommitRequest([compaction], []));
        Assert.Equal([3L, 1, 2], await bench.ReadAsync("numbers"));

        await bench.CommitAsync("numbers", ChangeMode.Replace, 9);
        var late = compaction with { Files = [await bench.NumbersAsync("numbers", 1, 2)] };
        var lost = await Assert.ThrowsAsync<CatalogException>(() => bench.Catalog.CommitAsync(new CommitRequest([late], [])));
        Assert.Contains("was replaced while it was compacted", lost.Message);
        Assert.Equal([9L], await bench.ReadAsync("numbers"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Versions_go_in_two_steps_and_not_those_that_are_new_tagged_or_read_by_a_job(CatalogProvider provider)
    {
        var time = new MovingTime(Noon);
        await using var bench = await CatalogBench.OpenAsync(provider, server, time);
        foreach (var number in Enumerable.Range(1, 5))
            await bench.CommitAsync("numbers", ChangeMode.Replace, number);
        await bench.Catalog.TagAsync(new DatasetVersion("numbers", 1), "golden");
        HashSet<DatasetVersion> read = [new("numbers", 2)];
        var third = (await bench.Catalog.FindAsync("numbers@3"))!.Files.Single();

        Assert.Empty((await bench.Catalog.CollectAsync(Rules, read)).Expired);
        time.Now = Noon.AddDays(8);
        Assert.Equal(["numbers@3", "numbers@4"], (await bench.Catalog.CollectAsync(Rules, read, dryRun: true)).Expired.Select(v => v.ToString()));
        Assert.Equal(["numbers@3", "numbers@4"], (await bench.Catalog.CollectAsync(Rules, read)).Expired.Select(v => v.ToString()));

        // Within the grace it can be read, and be kept after all.
        Assert.Equal([3L], await bench.ReadAsync("numbers@3"));
        await bench.Catalog.TagAsync(new DatasetVersion("numbers", 4), "late");
        var early = await bench.Catalog.CollectAsync(Rules, read);
        Assert.Empty(early.Removed);

        time.Now = Noon.AddDays(8).AddHours(2);
        Assert.True(File.Exists(third.Path));
        var late = await bench.Catalog.CollectAsync(Rules, read);

        Assert.Equal(["numbers@3"], late.Removed.Select(v => v.ToString()));
        Assert.Equal([third.Path], late.Files);
        Assert.Equal(third.Bytes, late.Bytes);
        Assert.False(File.Exists(third.Path));
        Assert.Contains("numbers@3 were removed", (await Assert.ThrowsAsync<CatalogException>(() => bench.Catalog.FindAsync("numbers@3"))).Message);
        await Assert.ThrowsAsync<CatalogException>(() => bench.Catalog.TagAsync(new DatasetVersion("numbers", 3), "lost"));
        foreach (var left in new[] { 1L, 2, 4, 5 })
            Assert.Equal([left], await bench.ReadAsync($"numbers@{left}"));
        Assert.Equal(
            ["Kept", "Kept", "Removed", "Kept", "Kept"], (await bench.Catalog.LogAsync("numbers")).Select(row => row.State.ToString()));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task A_version_that_a_job_came_to_read_within_the_grace_stays(CatalogProvider provider)
    {
        var time = new MovingTime(Noon);
        await using var bench = await CatalogBench.OpenAsync(provider, server, time);
        await bench.CommitAsync("numbers", ChangeMode.Replace, 1);
        await bench.CommitAsync("numbers", ChangeMode.Replace, 2);
        time.Now = Noon.AddDays(8);
        await bench.Catalog.CollectAsync(Rules, Nobody);
        time.Now = Noon.AddDays(9);

        var report = await bench.Catalog.CollectAsync(Rules, new HashSet<DatasetVersion> { new("numbers", 1) });

        Assert.Equal(["numbers@1"], report.Rescued.Select(v => v.ToString()));
        Assert.Empty(report.Removed);
        Assert.Equal([1L], await bench.ReadAsync("numbers@1"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Files_of_no_version_go_when_they_are_older_than_the_grace_and_a_shared_file_stays(CatalogProvider provider)
    {
        var time = new MovingTime(DateTimeOffset.UtcNow);
        await using var bench = await CatalogBench.OpenAsync(provider, server, time);
        await bench.CommitAsync("numbers", ChangeMode.Append, 1);
        await bench.CommitAsync("numbers", ChangeMode.Append, 2);
        var stray = bench.Settings.Absolute((await bench.NumbersAsync("numbers", 7)).Path);
        var writing = Path.Combine(Path.GetDirectoryName(stray)!, ".x.parquet.writing");
        await File.WriteAllTextAsync(writing, "half");

        Assert.Empty((await bench.Catalog.CollectAsync(Rules, Nobody)).Files);
        time.Now += TimeSpan.FromDays(8);
        var report = await bench.Catalog.CollectAsync(Rules, Nobody);
        time.Now += TimeSpan.FromDays(8);
        var later = await bench.Catalog.CollectAsync(Rules, Nobody);

        Assert.Equal(new[] { writing, stray }.Order(StringComparer.Ordinal), report.Files.Order(StringComparer.Ordinal));
        Assert.Equal(["numbers@1"], later.Removed.Select(v => v.ToString()));
        Assert.Empty(later.Files);
        Assert.Equal([1L, 2], await bench.ReadAsync("numbers"));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task No_snapshot_is_left_in_which_a_reader_of_the_tables_would_miss_a_file(CatalogProvider provider)
    {
        var time = new MovingTime(Noon);
        await using var bench = await CatalogBench.OpenAsync(provider, server, time);
        await bench.CommitAsync("numbers", ChangeMode.Replace, 1);
        await bench.CommitAsync("others", ChangeMode.Append, 8);
        await bench.CommitAsync("numbers", ChangeMode.Replace, 2);
        await bench.CommitAsync("others", ChangeMode.Append, 9);
        time.Now = Noon.AddDays(8);
        await bench.Catalog.CollectAsync(Rules, Nobody);
        time.Now = Noon.AddDays(9);
        await bench.Catalog.CollectAsync(Rules, Nobody);

        await using var connection = bench.Catalog.OpenConnection();
        var lake = provider == CatalogProvider.PostgreSql ? "lake." : "";
        var snapshots = connection.Query<long>($"SELECT snapshot_id FROM {lake}ducklake_snapshot ORDER BY snapshot_id").ToList();
        var paths = connection.Query<string>($"SELECT path FROM {lake}ducklake_data_file").ToList();

        Assert.Equal([0L, 3, 4], snapshots);
        Assert.Equal(3, paths.Count);
        Assert.Equal([8L, 9], await bench.ReadAsync("others"));
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using var command = duck.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM read_parquet('{bench.Settings.Absolute("main/others")}/*.parquet')";
        Assert.Equal(2L, command.ExecuteScalar());
    }

    private sealed class MovingTime(DateTimeOffset start) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
