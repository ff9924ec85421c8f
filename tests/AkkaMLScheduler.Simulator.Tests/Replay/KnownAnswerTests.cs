using System.Globalization;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator.Tests;

/// <summary>Worked cases and a whole log, whose results others have published.</summary>
public sealed class KnownAnswerTests
{
    private static readonly SimulatedCluster Machine = SimulatedCluster.OfProcessors(100);

    private sealed record Row(string Policy, string Case, TraceJob Job, long ExpectedFinish);

    [SkippableTheory]
    [InlineData("fcfs", "none", 19, EventMode.Batch)]
    [InlineData("fcfs", "none", 19, EventMode.Each)]
    [InlineData("easy", "easy", 21, EventMode.Batch)]
    [InlineData("easy", "easy", 21, EventMode.Each)]
    [InlineData("conservative", "conservative", 20, EventMode.Batch)]
    [InlineData("conservative", "conservative", 20, EventMode.Each)]
    public void Every_worked_case_ends_as_published(string policy, string backfill, int count, EventMode events)
    {
        var cases = Rows().Where(row => row.Policy == policy).GroupBy(row => row.Case).ToList();
        Assert.Equal(count, cases.Count);
        Assert.All(cases, rows =>
        {
            var trace = new Trace([.. rows.Select(row => row.Job)], [], 0, null);
            var result = Simulation.Run(trace, Machine, Settings(backfill, events));
            Assert.Equal(
                rows.Select(row => $"case {rows.Key} job {row.Job.Job} ends at {row.ExpectedFinish}"),
                result.Jobs.Select(job => $"case {rows.Key} job {job.Job} ends at {job.End}"));
        });
    }

    [SkippableFact]
    public void The_worked_cases_are_sixty_with_654_finishes()
    {
        var rows = Rows().ToList();
        Assert.Equal((60, 654), (rows.Select(row => (row.Policy, row.Case)).Distinct().Count(), rows.Count));
    }

    // The published sums were added in another order: ten digits after the point may differ in the last.
    [SkippableTheory]
    [InlineData("none", EventMode.Batch, JobSize.Allocated, 354002.3163512517, 6818.5852910002, 93994, 946685)]
    [InlineData("none", EventMode.Each, JobSize.Allocated, 354002.3163512517, 6818.5852910002, 93994, 946685)]
    [InlineData("easy", EventMode.Each, JobSize.Allocated, 6889.9386959728, 92.6770159493, 14805.2, 262194)]
    [InlineData("easy", EventMode.Batch, JobSize.Allocated, 6887.6532425126, 92.7882418535, 14805.2, 262194)]
    [InlineData("easy", EventMode.Each, JobSize.Requested, 6836.8720901654, 92.5765397336, 14805.2, 262194)]
    public void The_whole_kth_log_has_the_published_means(
        string backfill, EventMode events, JobSize size, double wait, double slowdown, double worstSlowdown, double longestWait)
    {
        var trace = TraceReader.Read(SharedData.Path("swf/KTH-SP2.swf"), size: size);
        Assert.Equal((28_481, 0, 100), (trace.Jobs.Count, trace.MalformedCount, trace.MaxProcessors));

        var metrics = Simulation.Run(trace, Machine, Settings(backfill, events)).Metrics;
        Assert.Equal(28_481, metrics.Jobs);
        Assert.Equal(wait, metrics.WaitMeanSeconds, 1e-6);
        Assert.Equal(slowdown, metrics.SlowdownMean, 1e-6);
        Assert.Equal(worstSlowdown, metrics.SlowdownMax, 1e-9);
        Assert.Equal(longestWait, metrics.WaitMaxSeconds);
    }

    [SkippableFact]
    public void Easy_on_the_kth_log_uses_the_machine_as_published()
    {
        var trace = TraceReader.Read(SharedData.Path("swf/KTH-SP2.swf"));
        var metrics = Simulation.Run(trace, Machine, Settings("easy", EventMode.Each)).Metrics;
        Assert.Equal(29_363_626, metrics.MakespanSeconds);
        Assert.Equal(0.68742506, metrics.Utilisation, 5e-9);
    }

    [Theory]
    [InlineData("easy", new long[] { 100, 200, 400, 300 })]
    [InlineData("conservative", new long[] { 100, 200, 300, 550 })]
    public void The_smallest_case_that_separates_easy_from_conservative(string backfill, long[] finishes)
    {
        var trace = new Trace(
            [
                TraceJob.OfProcessors("a", 0, 100, 100, 70), TraceJob.OfProcessors("b", 1, 100, 100, 80),
                TraceJob.OfProcessors("c", 2, 100, 100, 90), TraceJob.OfProcessors("d", 50, 250, 250, 20),
            ],
            [], 0, null);
        foreach (var events in Enum.GetValues<EventMode>())
            Assert.Equal(finishes, Simulation.Run(trace, Machine, Settings(backfill, events)).Jobs.Select(job => job.End));
    }

    private static SimulationSettings Settings(string backfill, EventMode events) =>
        new(new SchedulingPolicy("fifo", backfill, "best-fit", "none"), events);

    private static IEnumerable<Row> Rows() => File.ReadLines(SharedData.Path("known-answers/backfill_cases.csv")).Skip(1).Select(line =>
    {
        var fields = line.Split(',');
        long Number(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
        return new Row(
            fields[0], fields[1], TraceJob.OfProcessors(fields[2], Number(3), Number(6), Number(4), Number(5)), Number(7));
    });
}
