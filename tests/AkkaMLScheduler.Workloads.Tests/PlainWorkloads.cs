using System.Diagnostics;
using AkkaMLScheduler.Catalog.Text;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class PlainWorkloads
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public async Task Matmul_resumes_to_the_same_checksum()
    {
        using var bench = new TaskBench();
        var with = new Dictionary<string, string> { ["steps"] = "30", ["size"] = "37" };
        var straight = await TaskBench.RunAsync(bench.Task("matmul", with, every: 11));

        var resumed = await TaskBench.RunAsync(bench.Task("matmul", with) with { ResumeFrom = straight.At(11) });
        var other = await TaskBench.RunAsync(bench.Task("matmul", new Dictionary<string, string>(with) { ["seed"] = "2" }));

        Assert.Equal(TaskEnd.Succeeded, resumed.Outcome.End);
        Assert.Equal(straight.Outcome.Metrics["checksum"], resumed.Outcome.Metrics["checksum"]);
        Assert.NotEqual(straight.Outcome.Metrics["checksum"], other.Outcome.Metrics["checksum"]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public async Task Tokenize_counts_every_token_once_and_resumes_to_the_same_checksum(int step)
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path, sentences: 401, files: 3, rowsPerGroup: 50);
        var with = new Dictionary<string, string> { ["batchRows"] = "32" };
        var straight = await TaskBench.RunAsync(bench.Task("tokenize", with, every: 3) with { Inputs = [input] });

        var resumed = await TaskBench.RunAsync(bench.Task("tokenize", with) with { Inputs = [input], ResumeFrom = straight.At(step) });

        Assert.Equal(401, straight.Outcome.Metrics["rows"]);
        Assert.Equal(SampleText.Sentences(401).Sum(text => ByteTokenizer.Encode(text).Length), straight.Outcome.Metrics["tokens"]);
        Assert.Equal(straight.Outcome.Metrics, resumed.Outcome.Metrics);
        Assert.Equal(13, straight.Checkpoints[^1].Step);
    }

    [Fact]
    public async Task The_ranks_of_a_tokenize_gang_share_out_the_rows()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path, sentences: 100);

        var runs = await Task.WhenAll(Enumerable.Range(0, 3)
            .Select(rank => TaskBench.RunAsync(bench.Task("tokenize", Nothing) with { Inputs = [input], Rank = rank, WorldSize = 3 })));

        Assert.Equal([33.0, 33, 34], runs.Select(run => run.Outcome.Metrics["rows"]));
        Assert.Equal(SampleText.Sentences(100).Sum(text => text.Length + 1), runs.Sum(run => run.Outcome.Metrics["tokens"]));
    }

    [Fact]
    public async Task Tokenize_names_the_columns_there_are()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path, sentences: 2);
        var with = new Dictionary<string, string> { ["column"] = "body" };

        var run = await TaskBench.RunAsync(bench.Task("tokenize", with) with { Inputs = [input] });

        Assert.Contains("curated@1 has no column 'body' of type String; it has text String, tokens Int32List", run.Outcome.Reason);
    }

    [Fact]
    public async Task Sleep_fails_its_first_attempts_at_the_given_step_and_then_goes_on_from_its_checkpoint()
    {
        using var bench = new TaskBench();
        var with = new Dictionary<string, string>
        {
            ["steps"] = "8",
            ["stepDuration"] = "1ms",
            ["failAttempts"] = "1",
            ["failAtStep"] = "5",
        };
        var failed = await TaskBench.RunAsync(bench.Task("sleep", with, every: 2));

        var second = await TaskBench.RunAsync(bench.Task("sleep", with, every: 2) with { Attempt = 2, ResumeFrom = failed.At(4) });

        Assert.Equal(TaskEnd.Failed, failed.Outcome.End);
        Assert.Contains("failed on purpose at step 5 of attempt 1", failed.Outcome.Reason);
        Assert.Equal(TaskEnd.Succeeded, second.Outcome.End);
        Assert.Equal(0.008, second.Outcome.Metrics["sleptSeconds"], precision: 6);
        Assert.Equal([6L, 8], second.Checkpoints.Select(file => file.Step));
    }

    [Fact]
    public async Task A_stop_ends_a_long_sleep_at_once()
    {
        using var bench = new TaskBench();
        using var stop = new CancellationTokenSource();
        var with = new Dictionary<string, string> { ["steps"] = "1", ["stepDuration"] = "1h" };
        var running = TaskBench.RunAsync(bench.Task("sleep", with), stop: stop.Token);
        var asked = Stopwatch.GetTimestamp();
        await stop.CancelAsync();

        var run = await running.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(TaskEnd.Stopped, run.Outcome.End);
        Assert.InRange(Stopwatch.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Progress_comes_at_most_about_ten_times_a_second_and_tells_the_last_step()
    {
        using var bench = new TaskBench();
        var observer = new RecordingObserver();
        var started = Stopwatch.GetTimestamp();
        await TaskBench.RunAsync(
            bench.Task("sleep", new Dictionary<string, string> { ["steps"] = "200", ["stepDuration"] = "1ms" }), observer);

        Assert.Equal(200, observer.Steps.Last());
        Assert.InRange(observer.Steps.Count, 2, 2 + (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * 10));
    }
}
