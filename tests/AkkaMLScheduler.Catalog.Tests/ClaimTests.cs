using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Catalog.Tests;

[Collection(CatalogFixture.Name)]
public sealed class ClaimTests(PostgresServer server)
{
    private const string Source = "kafka://c/events#events";

    public static TheoryData<CatalogProvider> Providers { get; } = [CatalogProvider.Sqlite, CatalogProvider.PostgreSql];

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task A_claim_counts_up_per_partition_and_tells_what_is_committed(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        var first = await bench.Catalog.ClaimAsync(Source, ["0", "1"], "one");
        await CommitAsync(bench, "0", null, 5, first.Epochs["0"]);
        var second = await bench.Catalog.ClaimAsync(Source, ["1", "2"], "other");

        Assert.Equal(new Dictionary<string, long> { ["0"] = 1, ["1"] = 1 }, first.Epochs);
        Assert.Equal(new Dictionary<string, long> { ["1"] = 2, ["2"] = 1 }, second.Epochs);
        Assert.Empty(first.Offsets);
        Assert.Equal(new Dictionary<string, long> { ["0"] = 5 }, second.Offsets);
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Whoever_was_fenced_stores_nothing_and_learns_by_whom(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        var first = await bench.Catalog.ClaimAsync(Source, ["0", "1"], "one");
        var second = await bench.Catalog.ClaimAsync(Source, ["1"], "the other");

        var refused = await Assert.ThrowsAsync<WriterFencedException>(() => CommitAsync(bench, "1", null, 3, first.Epochs["1"]));
        await CommitAsync(bench, "0", null, 4, first.Epochs["0"]);
        await CommitAsync(bench, "1", null, 3, second.Epochs["1"]);

        Assert.Equal((Source, "1"), (refused.SourceId, refused.Partition));
        Assert.Contains("the other", refused.Message, StringComparison.Ordinal);
        Assert.Equal([1L, 1], await bench.ReadAsync("events"));
        Assert.Equal(new Dictionary<string, long> { ["0"] = 4, ["1"] = 3 }, await bench.Catalog.OffsetsAsync(Source));
    }

    /// <summary>However commits and claims meet, the claims of one writer see every commit of another, or that commit is refused.</summary>
    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Writers_that_take_a_partition_from_each_other_leave_no_gap_and_no_overlap(CatalogProvider provider)
    {
        const int Rounds = 20;
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        var stored = 0L;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(writer => Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var claim = await bench.Catalog.ClaimAsync(Source, ["0"], $"writer {writer}");
                long? next = claim.Offsets.TryGetValue("0", out var found) ? found : null;
                try
                {
                    await CommitAsync(bench, "0", next, (next ?? 0) + 1, claim.Epochs["0"]);
                    Interlocked.Increment(ref stored);
                }
                catch (WriterFencedException)
                {
                    // Another has claimed since: its claim says where to go on.
                }
            }
        })));

        Assert.InRange(stored, 1, 3 * Rounds);
        Assert.Equal(stored, (await bench.Catalog.OffsetsAsync(Source))["0"]);
        Assert.Equal(stored, (await bench.ReadAsync("events")).Count);
    }

    /// <summary>Claims of many partitions that meet, each in another order, some never claimed before: none is lost, and none waits for ever.</summary>
    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Claims_and_commits_of_thousands_of_partitions_meet_without_a_deadlock(CatalogProvider provider)
    {
        const int Partitions = 3_000;
        const int Writers = 4;
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        var names = Enumerable.Range(0, Partitions).Select(partition => $"{partition}").ToArray();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var mine = names.ToArray();
            new Random(writer).Shuffle(mine);
            await bench.Catalog.ClaimAsync(Source, mine, $"writer {writer}");
        })));
        var last = await bench.Catalog.ClaimAsync(Source, names, "the last");

        Assert.Equal(names.ToDictionary(name => name, _ => Writers + 1L), last.Epochs);
        var change = await bench.ChangeAsync("events", ChangeMode.Append, 1);
        await bench.Catalog.CommitAsync(new CommitRequest(
            [change], [.. names.Reverse().Select(name => new OffsetAdvance(Source, name, null, 7) { Epoch = last.Epochs[name] })]));
        await bench.Catalog.CommitAsync(new CommitRequest(
            [], [.. names.Skip(1).Select(name => new OffsetAdvance(Source, name, 7, 9) { Epoch = last.Epochs[name] })]));
        Assert.Equal(names.ToDictionary(name => name, name => name == names[0] ? 7L : 9), await bench.Catalog.OffsetsAsync(Source));
    }

    private static async Task CommitAsync(CatalogBench bench, string partition, long? expected, long next, long epoch) =>
        await bench.Catalog.CommitAsync(new CommitRequest(
            [await bench.ChangeAsync("events", ChangeMode.Append, 1)],
            [new OffsetAdvance(Source, partition, expected, next) { Epoch = epoch }]));
}
