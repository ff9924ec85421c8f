using AkkaMLScheduler.Simulator.Report;
using FsCheck.Xunit;

namespace AkkaMLScheduler.Simulator.Tests.Report;

public sealed class StepSeriesTests
{
    private const int Span = 1_000;

    [Property(MaxTest = 1_000)]
    public void However_few_the_parts_no_peak_is_lost_and_the_area_stays(int seed)
    {
        var random = new Random(seed);
        var changes = Enumerable.Range(0, random.Next(1, 200)).Select(_ => ((long)random.Next(Span), (long)random.Next(-5, 10))).ToArray();
        var held = Enumerable.Range(0, Span)
            .Select(second => changes.Where(change => change.Item1 <= second).Sum(change => change.Item2)).ToArray();
        var buckets = random.Next(1, 300);

        var series = StepSeries.Of(changes).Bucketed(0, Span, buckets);
        Assert.Equal(buckets, series.Mean.Count);
        Assert.Equal(held.Min(), series.Min.Min());
        Assert.Equal(held.Max(), series.Max.Max());
        Assert.Equal(held.Average(), series.Mean.Average(), 1e-6 * (1 + held.Max(Math.Abs)));
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            // Seconds that the part covers at least in part.
            var seconds = held[(bucket * Span / buckets)..(((bucket + 1) * Span + buckets - 1) / buckets)];
            Assert.Equal(seconds.Min(), series.Min[bucket]);
            Assert.Equal(seconds.Max(), series.Max[bucket]);
            Assert.InRange(series.Mean[bucket], series.Min[bucket], series.Max[bucket]);
        }
    }

    [Fact]
    public void A_job_that_starts_the_moment_it_comes_was_never_waiting()
    {
        var series = StepSeries.Of([(5, 1), (5, -1), (7, 1), (8, -1)]).Bucketed(0, 10, 5);
        Assert.Equal([0L, 0, 0, 1, 0], series.Max);
        Assert.Equal([0, 0, 0, 0.5, 0], series.Mean);
    }

    [Fact]
    public void What_came_before_the_window_counts_in_it() =>
        Assert.Equal([3L, 3], StepSeries.Of([(0, 3)]).Bucketed(10, 20, 2).Min);
}
