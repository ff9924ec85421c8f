namespace AkkaMLScheduler.Simulator.Tests;

public sealed class SwfTests
{
    private static Trace Read(string text, JobSize size = JobSize.Allocated) => TraceReader.ReadSwf(new StringReader(text), size);

    [Fact]
    public void Comments_and_blank_lines_are_no_jobs()
    {
        var trace = Read("; Version: 2.2\n;  MaxProcs: 128\n\n   \n  1 5 -1 60 4 -1 -1 4 100 -1 1 1 1 -1 -1 -1 -1 -1\r\n");
        Assert.Equal([TraceJob.OfProcessors("1", 5, 60, 100, 4) with { User = "user-1" }], trace.Jobs);
        Assert.Equal(128, trace.MaxProcessors);
        Assert.Equal(0, trace.MalformedCount);
    }

    [Fact]
    public void A_malformed_line_is_named_by_its_number_skipped_and_counted()
    {
        var trace = Read(
            "1 0 0 10 1 -1 -1 1 10\n2 x 0 10 1 -1 -1 1 10\n3 0 0\n4 -1 0 10 1 -1 -1 1 10\n5 0 0 NaN 1 -1 -1 1 10\n6 1 0 9 1 -1 -1 1 9\n");
        Assert.Equal(["1", "6"], trace.Jobs.Select(job => job.Job));
        Assert.Equal(4, trace.MalformedCount);
        Assert.Equal(
            [
                "line 2: field 2 is \"x\", not a number",
                "line 3: 3 fields; at least 9 are needed",
                "line 4: submitted at -1; a job needs a submit time",
                "line 5: field 4 is \"NaN\", not a number",
            ],
            trace.Malformed.Select(line => line.ToString()));
    }

    [Fact]
    public void Garbage_is_counted_but_not_kept_without_end()
    {
        var trace = Read(string.Concat(Enumerable.Repeat("garbage\n", 5_000)));
        Assert.Equal(5_000, trace.MalformedCount);
        Assert.Equal(Trace.MaxMalformedKept, trace.Malformed.Count);
    }

    [Theory]
    [InlineData("1 0 0 50 4 -1 -1 8 100", 50, 100, 4)]
    [InlineData("1 0 0 150 4 -1 -1 8 100", 100, 150, 4)]
    [InlineData("1 0 0 50 4 -1 -1 8 -1", 50, 50, 4)]
    [InlineData("1 0 0 50 -1 -1 -1 8 100", 50, 100, 8)]
    [InlineData("1 0 0 0 4 -1 -1 8 100", 1, 1, 4)]
    [InlineData("1 0 0 -1 4 -1 -1 8 100", 1, 1, 4)]
    [InlineData("1 0 0 50 0 -1 -1 -1 100", 1, 1, 1)]
    public void Missing_and_impossible_values_are_cleaned(string line, long run, long estimate, long processors) =>
        Assert.Equal(TraceJob.OfProcessors("1", 0, run, estimate, processors), Assert.Single(Read(line).Jobs));

    [Theory]
    [InlineData("1 0 0 50 4 -1 -1 8 100 -1 1 12 1 -1 -1 -1 -1 -1", "user-12")]
    [InlineData("1 0 0 50 4 -1 -1 8 100 -1 1 -1 1 -1 -1 -1 -1 -1", "")]
    [InlineData("1 0 0 50 4 -1 -1 8 100 -1 1", "")]
    public void The_twelfth_field_is_the_user(string line, string user) => Assert.Equal(user, Assert.Single(Read(line).Jobs).User);

    [Fact]
    public void The_requested_size_is_a_choice() =>
        Assert.Equal(8, Assert.Single(Read("1 0 0 50 4 -1 -1 8 100", JobSize.Requested).Jobs).Size);

    [Fact]
    public void A_missing_file_is_one_clear_sentence()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "no-such.swf");
        var unreadable = Assert.Throws<TraceUnreadableException>(() => TraceReader.ReadSwf(path));
        Assert.StartsWith($"The trace {path} cannot be read: ", unreadable.Message);
    }

    [Fact]
    public void A_file_that_is_no_trace_is_one_clear_sentence()
    {
        var unreadable = Assert.Throws<TraceUnreadableException>(() => TraceReader.ReadSwf(typeof(Trace).Assembly.Location));
        Assert.Contains("holds no jobs", unreadable.Message);
    }
}
