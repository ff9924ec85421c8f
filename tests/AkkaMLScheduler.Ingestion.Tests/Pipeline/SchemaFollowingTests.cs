using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

public sealed class SchemaFollowingTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private static readonly IngestionSettings Settings = new("raw")
    {
        Rotation = new Rotation(long.MaxValue, long.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100)),
    };

    private IngestionBench _bench = null!;
    private string _folder = "";

    public async Task InitializeAsync()
    {
        _bench = await IngestionBench.EmbeddedAsync();
        _folder = _bench.Folder("in");
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task A_column_that_is_added_while_a_pipeline_runs_is_filled_from_then_on()
    {
        var run = await StartAsync(Settings);
        Put("a.jsonl", """{"id":1}""");
        await UntilReadAsync(1);
        await _bench.Catalog.AlterAsync("raw", [new SchemaEdit.Add(new Column("name", ColumnType.String))], "test");
        Put("b.jsonl", """{"id":2,"name":"two"}""");
        await UntilReadAsync(2);
        run.Drain();
        var report = await run.Completion.WaitAsync(Patience);

        Assert.Equal((2, 2, 0), (report.Read, report.Accepted, report.Rejected));
        Assert.Equal(1, await _bench.CountAsync("raw", "count(name)"));
    }

    [Fact]
    public async Task A_column_that_is_dropped_while_a_pipeline_runs_does_not_come_back()
    {
        var run = await StartAsync(Settings);
        Put("a.jsonl", """{"id":1,"name":"one"}""");
        await UntilReadAsync(1);
        await _bench.Catalog.AlterAsync("raw", [new SchemaEdit.Drop("name")], "test");
        Put("b.jsonl", """{"id":2,"name":"two"}""");
        Put("c.jsonl", """{"id":3}""");
        await UntilReadAsync(3);
        run.Drain();
        var report = await run.Completion.WaitAsync(Patience);

        Assert.Equal((3, 2, 1), (report.Read, report.Accepted, report.Rejected));
        Assert.Null((await _bench.Catalog.FindAsync("raw"))!.Schema.Find("name"));
    }

    [Fact]
    public async Task A_commit_that_was_made_for_other_columns_is_refused_whole()
    {
        Put("a.jsonl", """{"id":1}""");
        await _bench.IngestAsync(Settings, Path.Combine(_folder, "a.jsonl"));
        var stale = (await _bench.Catalog.FindAsync("raw"))!.Schema;
        await _bench.Catalog.AlterAsync("raw", [new SchemaEdit.Rename("id", "nr")], "test");
        var change = new DatasetChange("raw", Layer.Raw, stale, ChangeMode.Append, [], [], RecordCounts.None, "test") { Basis = stale };

        await Assert.ThrowsAsync<SchemaChangedException>(() => _bench.Catalog.CommitAsync(new CommitRequest([change], [new OffsetAdvance("s", "0", null, 1)])));
        Assert.Empty(await _bench.Catalog.OffsetsAsync("s"));
    }

    private Task<RunningIngestion> StartAsync(IngestionSettings settings)
        => new IngestionSource.Folder(_folder, Interval).StartAsync(_bench.Catalog, settings, _bench.Streams);

    private void Put(string name, string line)
    {
        File.WriteAllText(Path.Combine(_folder, "." + name), line + "\n");
        File.Move(Path.Combine(_folder, "." + name), Path.Combine(_folder, name));
    }

    private async Task UntilReadAsync(long records)
    {
        var since = DateTime.UtcNow;
        while (true)
        {
            var found = (await _bench.Catalog.FindAsync("raw"))?.TotalCounts.Read ?? 0;
            if (found == records) return;
            Assert.True(DateTime.UtcNow - since < Patience, $"{found} of {records} records are there");
            await Task.Delay(20);
        }
    }
}
