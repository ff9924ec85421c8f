using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

public sealed class SchemaFollowingTests : IAsyncLifetime
{
    private IncomingFolder _incoming = null!;

    private IngestionBench Bench => _incoming.Bench;

    public async Task InitializeAsync() => _incoming = await IncomingFolder.OpenAsync();

    public async Task DisposeAsync() => await _incoming.DisposeAsync();

    [Fact]
    public async Task A_column_that_is_added_while_a_pipeline_runs_is_filled_from_then_on()
    {
        var run = await StartAsync(IncomingFolder.Settings);
        Put("a.jsonl", """{"id":1}""");
        await _incoming.UntilAsync(counts => counts.Read, 1);
        await Bench.Catalog.AlterAsync("raw", [new SchemaEdit.Add(new Column("name", ColumnType.String))], "test");
        Put("b.jsonl", """{"id":2,"name":"two"}""");
        await _incoming.UntilAsync(counts => counts.Read, 2);
        run.Drain();
        var report = await run.Completion.WaitAsync(IncomingFolder.Patience);

        Assert.Equal((2, 2, 0), (report.Read, report.Accepted, report.Rejected));
        Assert.Equal(1, await Bench.CountAsync("raw", "count(name)"));
    }

    [Fact]
    public async Task A_column_that_is_dropped_while_a_pipeline_runs_does_not_come_back()
    {
        var run = await StartAsync(IncomingFolder.Settings);
        Put("a.jsonl", """{"id":1,"name":"one"}""");
        await _incoming.UntilAsync(counts => counts.Read, 1);
        await Bench.Catalog.AlterAsync("raw", [new SchemaEdit.Drop("name")], "test");
        Put("b.jsonl", """{"id":2,"name":"two"}""");
        Put("c.jsonl", """{"id":3}""");
        await _incoming.UntilAsync(counts => counts.Read, 3);
        run.Drain();
        var report = await run.Completion.WaitAsync(IncomingFolder.Patience);

        Assert.Equal((3, 2, 1), (report.Read, report.Accepted, report.Rejected));
        Assert.Null((await Bench.Catalog.FindAsync("raw"))!.Schema.Find("name"));
    }

    [Fact]
    public async Task A_commit_that_was_made_for_other_columns_is_refused_whole()
    {
        Put("a.jsonl", """{"id":1}""");
        await Bench.IngestAsync(IncomingFolder.Settings, _incoming.File("a.jsonl"));
        var stale = (await Bench.Catalog.FindAsync("raw"))!.Schema;
        await Bench.Catalog.AlterAsync("raw", [new SchemaEdit.Rename("id", "nr")], "test");
        var change = new DatasetChange("raw", Layer.Raw, stale, ChangeMode.Append, [], [], RecordCounts.None, "test") { Basis = stale };

        await Assert.ThrowsAsync<SchemaChangedException>(() => Bench.Catalog.CommitAsync(new CommitRequest([change], [new OffsetAdvance("s", "0", null, 1)])));
        Assert.Empty(await Bench.Catalog.OffsetsAsync("s"));
    }

    private Task<RunningIngestion> StartAsync(IngestionSettings settings)
        => new IngestionSource.Folder(_incoming.Path, IncomingFolder.Interval).StartAsync(Bench.Catalog, settings, Bench.Streams);

    private void Put(string name, string line)
    {
        File.WriteAllText(_incoming.File("." + name), line + "\n");
        File.Move(_incoming.File("." + name), _incoming.File(name));
    }
}
