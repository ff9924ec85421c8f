using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Simulator.Report;
using FsCheck.Xunit;

namespace AkkaMLScheduler.Simulator.Tests.Report;

public sealed class GanttTests
{
    private static readonly RowUnit Whole = new(1);

    private static JobOutcome Job(string job, long start, long end, long size, string node) => new(job, 0, start, end, size, node);

    private static NodeBand[] Machine(long rows) => [new NodeBand("machine", 0, rows)];

    private static IReadOnlyList<NodeBand> Nodes(int count, int rows) => NodeBand.Of(new SimulatedCluster(
        [
            .. Enumerable.Range(0, count).Select(index => new NodeCapacity(
                $"n{index}", "1", new Resources(rows * TraceJob.MilliCpuPerProcessor, 0, 0), NodeCapacity.NoLabels)),
        ],
        count * rows));

    [Property(MaxTest = 1_000)]
    public void No_two_jobs_are_on_one_row_at_one_time_and_all_get_their_rows(int seed)
    {
        var random = new Random(seed);
        const int rows = 20;
        var jobs = new List<JobOutcome>();
        for (var start = 0; jobs.Count < 60; start += random.Next(3))
        {
            var free = rows - jobs.Where(job => job.Start <= start && job.End > start).Sum(job => (int)job.Size);
            if (free > 0) jobs.Add(Job($"{jobs.Count}", start, start + random.Next(1, 30), random.Next(1, free + 1), "machine"));
        }

        var bars = Gantt.Of(Machine(rows), Whole, jobs, int.MaxValue);
        Assert.Equal(jobs, bars.Select(bar => bar.Time.Job));
        Assert.All(bars, bar => Assert.Equal((long)bar.Time.Job.Size, bar.Rows.Sum(range => range.Count)));
        AssertNoOverlap(bars, 0, rows);
    }

    [Property(MaxTest = 500)]
    public void Over_several_nodes_every_row_is_one_of_the_jobs_nodes(int seed)
    {
        var random = new Random(seed);
        var bands = Nodes(4, 8);
        var jobs = Enumerable.Range(0, 50).Select(index =>
        {
            var nodes = Enumerable.Range(0, 4).OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Select(node => $"n{node}");
            var start = random.Next(200);
            return Job($"{index}", start, start + random.Next(1, 60), random.Next(1, 17), string.Join('+', nodes));
        }).ToArray();

        var bars = Gantt.Of(bands, Whole, jobs, int.MaxValue);
        AssertNoOverlap(bars, 0, 32);
        foreach (var bar in bars)
        {
            Assert.Contains(bar.Rows.Sum(range => range.Count), new[] { 0L, (long)bar.Time.Job.Size });
            var nodes = bar.Time.Node.Split('+');
            foreach (var range in bar.Rows)
                Assert.Contains(bands, band =>
                    nodes.Contains(band.Node) && range.First >= band.First && range.First + range.Count <= band.First + band.Rows);
        }
    }

    [Fact]
    public void A_gang_of_even_ranks_gets_as_much_of_each_node()
    {
        var bar = Assert.Single(Gantt.Of(Nodes(3, 8), Whole, [Job("gang", 0, 10, 16, "n0+n2")], int.MaxValue));
        Assert.Equal([new RowRange(0, 8), new RowRange(16, 8)], bar.Rows);
    }

    [Fact]
    public void A_job_stays_whole_where_it_can_and_is_split_where_it_must()
    {
        var bars = Gantt.Of(
            Machine(10), Whole,
            [
                Job("a", 0, 10, 3, "machine"), Job("b", 0, 99, 2, "machine"), Job("c", 0, 20, 4, "machine"),
                Job("whole", 20, 99, 5, "machine"), Job("split", 30, 99, 3, "machine"),
            ],
            int.MaxValue);
        Assert.Equal([new RowRange(5, 5)], bars[3].Rows);
        Assert.Equal([new RowRange(0, 3)], bars[4].Rows);
        var tight = Gantt.Of(
            Machine(4), Whole,
            [
                Job("a", 0, 10, 1, "machine"), Job("b", 0, 99, 1, "machine"), Job("c", 0, 10, 1, "machine"),
                Job("d", 0, 99, 1, "machine"), Job("split", 10, 20, 2, "machine"),
            ],
            int.MaxValue);
        Assert.Equal([new RowRange(0, 1), new RowRange(2, 1)], tight[4].Rows);
    }

    [Fact]
    public void Shares_of_a_device_lie_side_by_side_on_its_row()
    {
        var bars = Gantt.Of(Machine(1), new RowUnit(1_000), [Job("a", 0, 10, 1, "machine")], int.MaxValue);
        Assert.Equal([new RowRange(0, 1_000)], bars[0].Rows);
        Assert.Equal(500, new RowUnit(1_000).Of(0.5));
    }

    [Fact]
    public void Only_so_many_bars_are_kept_those_that_start_first()
    {
        JobOutcome[] jobs = [Job("late", 9, 10, 1, "machine"), Job("a", 1, 2, 1, "machine"), Job("b", 5, 6, 1, "machine")];
        var bars = Gantt.Of(Machine(3), Whole, jobs, 2);
        Assert.Equal(["a", "b"], bars.Select(bar => bar.Time.Job.Job));
    }

    [Fact]
    public void Rows_given_back_twice_are_a_bug()
    {
        var rows = new RowPacking(4);
        var taken = rows.Take(2);
        rows.Return(taken);
        Assert.Equal(4, rows.Free);
        Assert.Throws<InvalidOperationException>(() => rows.Return(taken));
    }

    private static void AssertNoOverlap(IReadOnlyList<GanttBar> bars, long first, long last)
    {
        var held = bars.SelectMany(bar => bar.Rows.Select(
            range => (bar.Time.Start, bar.Time.End, Low: range.First, High: range.First + range.Count))).ToArray();
        Assert.All(held, a => Assert.True(a.Low >= first && a.High <= last));
        for (var i = 0; i < held.Length; i++)
            for (var j = i + 1; j < held.Length; j++)
                Assert.False(
                    held[i].Start < held[j].End && held[j].Start < held[i].End && held[i].Low < held[j].High && held[j].Low < held[i].High,
                    $"{held[i]} and {held[j]} overlap");
    }
}
