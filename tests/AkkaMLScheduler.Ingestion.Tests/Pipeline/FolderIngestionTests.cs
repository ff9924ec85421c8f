using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

public sealed class FolderIngestionTests : IAsyncLifetime
{
    private IncomingFolder _incoming = null!;

    private IngestionBench Bench => _incoming.Bench;

    public async Task InitializeAsync() => _incoming = await IncomingFolder.OpenAsync();

    public async Task DisposeAsync() => await _incoming.DisposeAsync();

    [Fact]
    public async Task Files_are_taken_as_they_come_and_hidden_ones_are_not()
    {
        _incoming.Put("a.csv", "id,text\n1,one\n2,two\n");
        _incoming.Put(".b.csv", "id,text\n3,not yet\n");
        var run = Start();
        await _incoming.UntilAsync(counts => counts.Accepted, 2);
        File.Move(_incoming.File(".b.csv"), _incoming.File("b.csv"));
        _incoming.Put("c.csv", "id,text\n4,four\n");
        await _incoming.UntilAsync(counts => counts.Accepted, 4);
        run.Drain();
        Assert.Equal(4, (await run.Completion.WaitAsync(IncomingFolder.Patience)).Accepted);
        Assert.Equal(4, await Bench.CountAsync("raw", "count(distinct id)"));
    }

    [Fact]
    public async Task A_file_that_grows_is_waited_for()
    {
        var run = Start();
        await using (var growing = new StreamWriter(new FileStream(_incoming.File("a.csv"), FileMode.CreateNew, FileAccess.Write, FileShare.Read)))
        {
            await growing.WriteLineAsync("id,text");
            for (var i = 0; i < 40; i++)
            {
                await growing.WriteLineAsync($"{i},number {i}");
                await growing.FlushAsync();
                await Task.Delay(IncomingFolder.Interval / 5);
            }
        }

        await _incoming.UntilAsync(counts => counts.Accepted, 40);
        run.Drain();
        Assert.Equal(40, (await run.Completion.WaitAsync(IncomingFolder.Patience)).Read);
    }

    [Fact]
    public async Task Another_run_takes_only_what_is_new()
    {
        _incoming.Put("a.csv", "id,text\n1,one\n");
        var first = Start();
        await _incoming.UntilAsync(counts => counts.Accepted, 1);
        first.Drain();
        await first.Completion.WaitAsync(IncomingFolder.Patience);

        _incoming.Put("b.csv", "id,text\n2,two\n");
        var second = Start();
        await _incoming.UntilAsync(counts => counts.Accepted, 2);
        second.Drain();
        Assert.Equal(1, (await second.Completion.WaitAsync(IncomingFolder.Patience)).Read);
    }

    [Fact]
    public async Task A_file_that_was_taken_and_has_changed_stops_the_next_run()
    {
        _incoming.Put("a.csv", "id,text\n1,one\n");
        var first = Start();
        await _incoming.UntilAsync(counts => counts.Accepted, 1);
        first.Drain();
        await first.Completion.WaitAsync(IncomingFolder.Patience);

        _incoming.Put("a.csv", "id,text\n1,one\n2,two\n");
        var refused = await Assert.ThrowsAsync<IngestionException>(() => Start().Completion.WaitAsync(IncomingFolder.Patience));
        Assert.Contains("is not what dataset 'raw' was fed from", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Bench.CountAsync("raw"));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_one_clear_line()
    {
        var run = IngestionPipeline.StartFolder(Bench.Catalog, IncomingFolder.Settings, _incoming.File("none"), IncomingFolder.Interval, Bench.Streams);
        var refused = await Assert.ThrowsAsync<IngestionException>(() => run.Completion.WaitAsync(IncomingFolder.Patience));
        Assert.Contains("cannot be read", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_folder_can_be_drained()
    {
        var run = Start();
        run.Drain();
        Assert.Equal(0, (await run.Completion.WaitAsync(IncomingFolder.Patience)).Read);
    }

    private RunningIngestion Start() => IngestionPipeline.StartFolder(Bench.Catalog, IncomingFolder.Settings, _incoming.Path, IncomingFolder.Interval, Bench.Streams);
}
