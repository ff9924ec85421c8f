using System.Globalization;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator.Tests;

/// <summary>Worked cases and a whole log, whose results others have published.</summary>
public sealed class KnownAnswerTests
{
    private static readonly SchedulingPolicy Fcfs = new("fifo", "none", "best-fit", "none");
    private static readonly SimulatedCluster Machine = SimulatedCluster.OfProcessors(100);

    private sealed record Row(string Policy, string Case, TraceJob Job, long ExpectedFinish);

    [SkippableTheory]
    [InlineData(EventMode.Batch)]
    [InlineData(EventMode.Each)]
    public void Every_worked_case_of_first_come_first_served_ends_as_published(EventMode events)
    {
        var cases = Rows().Where(row => row.Policy == "fcfs").GroupBy(row => row.Case).ToList();
        Assert.Equal(19, cases.Count);
        foreach (var rows in cases)
        {
            var trace = new Trace([.. rows.Select(row => row.Job)], [], 0, null);
            var result = Simulation.Run(trace, Machine, new SimulationSettings(Fcfs, events));
            Assert.Equal(
                rows.Select(row => $"case {rows.Key} job {row.Job.Job} ends at {row.ExpectedFinish}"),
                result.Jobs.Select(job => $"case {rows.Key} job {job.Job} ends at {job.End}"));
        }
    }

    [SkippableTheory]
    [InlineData(EventMode.Batch)]
    [InlineData(EventMode.Each)]
    public void The_whole_kth_log_under_first_come_first_served_has_the_published_means(EventMode events)
    {
        var trace = TraceReader.ReadSwf(SharedData.Path("swf/KTH-SP2.swf"));
        Assert.Equal(28_481, trace.Jobs.Count);
        Assert.Equal(0, trace.MalformedCount);
        Assert.Equal(100, trace.MaxProcessors);

        var metrics = Simulation.Run(trace, Machine, new SimulationSettings(Fcfs, events)).Metrics;
        Assert.Equal(28_481, metrics.Jobs);
        // The published sums were added in another order: ten digits after the point may differ in the last.
        Assert.Equal(354002.3163512517, metrics.WaitMeanSeconds, 1e-6);
        Assert.Equal(6818.5852910002, metrics.SlowdownMean, 1e-6);
        Assert.Equal(93994, metrics.SlowdownMax);
        Assert.Equal(946685, metrics.WaitMaxSeconds);
    }

    private static IEnumerable<Row> Rows() => File.ReadLines(SharedData.Path("known-answers/backfill_cases.csv")).Skip(1).Select(line =>
    {
        var fields = line.Split(',');
        long Number(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
        return new Row(
            fields[0], fields[1], TraceJob.OfProcessors(fields[2], Number(3), Number(6), Number(4), Number(5)), Number(7));
    });
}
