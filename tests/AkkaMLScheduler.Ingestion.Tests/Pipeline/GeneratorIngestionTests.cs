using System.Diagnostics;
using AkkaMLScheduler.Ingestion.Generation;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

public sealed class GeneratorIngestionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly IngestionSettings Settings = new("raw") { Rotation = Rotation.Prompt };

    [Fact]
    public async Task A_run_that_was_drained_is_gone_on_with_and_the_records_are_those_of_one_run()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var whole = await IngestionPipeline.StartGeneratorAsync(bench.Catalog, Settings with { Dataset = "whole" }, Input(records: 3_000), bench.Streams);
        var expected = await whole.Completion.WaitAsync(Patience);

        var read = 0L;
        for (var run = 0; read < 3_000; run++)
        {
            var progress = new TaskCompletionSource();
            var settings = Settings with { Rotation = Rotation.Prompt with { Rows = 700 }, Progress = new Told(() => progress.TrySetResult()) };
            var part = await IngestionPipeline.StartGeneratorAsync(bench.Catalog, settings, Input(records: 3_000, perSecond: 20_000), bench.Streams);
            await Task.WhenAny(progress.Task, part.Completion);
            part.Drain();
            var report = await part.Completion.WaitAsync(Patience);
            Assert.Equal(read, report.Skipped);
            read += report.Read;
        }

        const string Digest = "sum(hash(id, text, _offset)) || ' ' || count(*) || ' ' || count(distinct id)";
        Assert.Equal(3_000, expected.Read);
        Assert.InRange(expected.Rejected, 10, 60);
        Assert.Equal((await bench.QueryAsync("whole", $"select {Digest} from {{0}}"))[0], (await bench.QueryAsync("raw", $"select {Digest} from {{0}}"))[0]);
        var distinct = await bench.CountAsync("raw", "count(distinct text)");
        Assert.InRange(await bench.CountAsync("raw") - distinct, 80, 220); // 5 % repeat an earlier one
    }

    [Fact]
    public async Task The_rate_is_kept_to()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var since = Stopwatch.StartNew();
        var run = await IngestionPipeline.StartGeneratorAsync(bench.Catalog, Settings, Input(records: 300, perSecond: 200), bench.Streams);
        var report = await run.Completion.WaitAsync(Patience);
        Assert.Equal(300, report.Read);
        Assert.True(since.Elapsed > TimeSpan.FromSeconds(1.2), $"300 records at 200 a second came in {since.Elapsed}");
    }

    [Fact]
    public async Task The_same_seed_with_other_shares_is_another_source_and_refused()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        await (await IngestionPipeline.StartGeneratorAsync(bench.Catalog, Settings, Input(records: 100), bench.Streams)).Completion;
        var other = new GeneratorInput(new GeneratorSettings(7) { MalformedShare = 0.5 }) { Records = 200 };
        await Assert.ThrowsAsync<IngestionException>(() => IngestionPipeline.StartGeneratorAsync(bench.Catalog, Settings, other, bench.Streams));
    }

    [Theory]
    [InlineData("generate://x", "its seed is 'x'")]
    [InlineData("generate://7?speed=3", "it has no 'speed'")]
    [InlineData("generate://7?rate=fast", "its rate is 'fast'")]
    [InlineData("generate://7?rate=0", "0 records per second")]
    [InlineData("generate://7?malformed=0.8&duplicates=0.8", "at most 0.9 together")]
    [InlineData("kafka://host:9092", "is no topic")]
    [InlineData("kafka:///topic", "is no topic")]
    public void An_address_that_cannot_be_says_why(string address, string why)
        => Assert.Contains(why, Assert.Throws<IngestionException>(() => IngestionSource.Parse(address)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_path_is_no_address() => Assert.Null(IngestionSource.Parse("/data/in"));

    private static GeneratorInput Input(long records, double? perSecond = null) => new(new GeneratorSettings(7)) { Records = records, PerSecond = perSecond };

    private sealed class Told(Action told) : IProgress<IngestionReport>
    {
        public void Report(IngestionReport value) => told();
    }
}
