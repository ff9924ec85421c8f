using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

public sealed class FolderIngestionTests : IAsyncLifetime
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
    public async Task Files_are_taken_as_they_come_and_hidden_ones_are_not()
    {
        Put("a.csv", "id,text\n1,one\n2,two\n");
        Put(".b.csv", "id,text\n3,not yet\n");
        var run = Start();
        await UntilRowsAsync(2);
        File.Move(Path.Combine(_folder, ".b.csv"), Path.Combine(_folder, "b.csv"));
        Put("c.csv", "id,text\n4,four\n");
        await UntilRowsAsync(4);
        run.Drain();
        Assert.Equal(4, (await run.Completion.WaitAsync(Patience)).Accepted);
        Assert.Equal(4, await _bench.CountAsync("raw", "count(distinct id)"));
    }

    [Fact]
    public async Task A_file_that_grows_is_waited_for()
    {
        var run = Start();
        await using (var growing = new StreamWriter(new FileStream(Path.Combine(_folder, "a.csv"), FileMode.CreateNew, FileAccess.Write, FileShare.Read)))
        {
            await growing.WriteLineAsync("id,text");
            for (var i = 0; i < 40; i++)
            {
                await growing.WriteLineAsync($"{i},number {i}");
                await growing.FlushAsync();
                await Task.Delay(Interval / 5);
            }
        }

        await UntilRowsAsync(40);
        run.Drain();
        Assert.Equal(40, (await run.Completion.WaitAsync(Patience)).Read);
    }

    [Fact]
    public async Task Another_run_takes_only_what_is_new()
    {
        Put("a.csv", "id,text\n1,one\n");
        var first = Start();
        await UntilRowsAsync(1);
        first.Drain();
        await first.Completion.WaitAsync(Patience);

        Put("b.csv", "id,text\n2,two\n");
        var second = Start();
        await UntilRowsAsync(2);
        second.Drain();
        Assert.Equal(1, (await second.Completion.WaitAsync(Patience)).Read);
    }

    [Fact]
    public async Task A_file_that_was_taken_and_has_changed_stops_the_next_run()
    {
        Put("a.csv", "id,text\n1,one\n");
        var first = Start();
        await UntilRowsAsync(1);
        first.Drain();
        await first.Completion.WaitAsync(Patience);

        Put("a.csv", "id,text\n1,one\n2,two\n");
        var refused = await Assert.ThrowsAsync<IngestionException>(() => Start().Completion.WaitAsync(Patience));
        Assert.Contains("is not what dataset 'raw' was fed from", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await _bench.CountAsync("raw"));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_one_clear_line()
    {
        var run = IngestionPipeline.StartFolder(_bench.Catalog, Settings, Path.Combine(_folder, "none"), Interval, _bench.Streams);
        var refused = await Assert.ThrowsAsync<IngestionException>(() => run.Completion.WaitAsync(Patience));
        Assert.Contains("cannot be read", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_folder_can_be_drained()
    {
        var run = Start();
        run.Drain();
        Assert.Equal(0, (await run.Completion.WaitAsync(Patience)).Read);
    }

    private RunningIngestion Start() => IngestionPipeline.StartFolder(_bench.Catalog, Settings, _folder, Interval, _bench.Streams);

    private void Put(string name, string content) => File.WriteAllText(Path.Combine(_folder, name), content);

    private async Task UntilRowsAsync(long rows)
    {
        var since = DateTime.UtcNow;
        while (true)
        {
            var found = (await _bench.Catalog.FindAsync("raw"))?.TotalCounts.Accepted ?? 0;
            if (found == rows) return;
            Assert.True(DateTime.UtcNow - since < Patience, $"{found} of {rows} rows are there");
            await Task.Delay(20);
        }
    }
}
