namespace AkkaMLScheduler.Simulator.Tests;

public sealed class PhillyTests
{
    private const string Header = "timestamp,duration,num_gpus,gpu_time,cluster\n";

    private static Trace Read(string rows) => TraceReader.Read(new StringReader(Header + rows), TraceFormat.Philly);

    [Fact]
    public void Rows_in_any_order_are_counted_from_the_earliest_submission()
    {
        var trace = Read("2017-10-09 07:01:55,66.4,1,66.0,vc1\n2017-10-09 07:00:00,0.2,8,1.6,vc2\n\n");
        Assert.Equal(
            [
                TraceJob.OfGpus("1", 115, 66, 1_000) with { User = "vc1" },
                TraceJob.OfGpus("2", 0, 1, 8_000) with { User = "vc2" },
            ],
            trace.Jobs);
        Assert.Equal(0, trace.MalformedCount);
        Assert.Equal(TraceUnit.Gpus, trace.Unit);
        Assert.Equal([1.0, 8.0], trace.Jobs.Select(job => job.Size));
    }

    [Fact]
    public void A_malformed_row_is_named_by_its_line_skipped_and_counted()
    {
        var trace = Read(
            "2017-10-09 07:01:55,66,1,66,a\nyesterday,1,1,1,a\n\n2017-10-09 07:01:55,x,1,1,a\n2017-10-09 07:01:55,5,0.5,1,a\n\"2017-10-09 07:01:55,5\n2017-10-09 07:01:56,5,1,5,a\n");
        Assert.Equal(["1", "6"], trace.Jobs.Select(job => job.Job));
        Assert.Equal(4, trace.MalformedCount);
        Assert.Equal(
            [
                "line 3: timestamp is \"yesterday\", not a time such as 2017-10-09 07:01:55",
                "line 5: duration is \"x\", not a number",
                "line 6: num_gpus is 0.5; a job has 1 to 65536 whole GPUs",
                "line 7: num_gpus is \"\", not a number",
            ],
            trace.Malformed.Select(line => line.ToString()));
    }

    [Fact]
    public void Columns_may_come_in_another_order_and_quoted() =>
        Assert.Equal(
            TraceJob.OfGpus("1", 0, 5, 2_000) with { User = "vc" },
            Assert.Single(TraceReader.Read(
                new StringReader("\"cluster\",\"num_gpus\",\"duration\",\"timestamp\"\r\n\"vc\",2,5,\"2017-10-09 07:01:55\"\r\n"), TraceFormat.Philly).Jobs));

    [SkippableFact]
    public void The_whole_trace_is_read()
    {
        var trace = TraceReader.Read(SharedData.Path("philly/philly.csv"));
        Assert.Equal(TraceFormat.Philly, trace.Format);
        Assert.Equal((82_247, 0), (trace.Jobs.Count, trace.MalformedCount));
        Assert.Equal(0, trace.Jobs.Min(job => job.SubmitSeconds));
        Assert.Equal(15, trace.Jobs.Select(job => job.User).Distinct().Count());
        Assert.Equal(128, trace.Jobs.Max(job => job.Size));
    }
}
