using System.Diagnostics;

namespace AkkaMLScheduler.Simulator.Tests;

public sealed class MeterTests
{
    [Fact]
    public void A_latency_percentile_is_at_most_a_thirtieth_too_high()
    {
        var histogram = new LatencyHistogram();
        for (var milliseconds = 1; milliseconds <= 1_000; milliseconds++) histogram.Add(milliseconds * Stopwatch.Frequency / 1_000);
        Assert.Equal(1_000, histogram.Count);
        foreach (var percent in new[] { 1.0, 50, 95, 99, 100 })
            Assert.InRange(histogram.Percentile(percent).TotalMilliseconds, percent * 10, percent * 10 * 31 / 30);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(long.MaxValue)]
    [InlineData(-5)]
    public void Any_latency_finds_a_bucket(long ticks)
    {
        var histogram = new LatencyHistogram();
        histogram.Add(ticks);
        var expected = Stopwatch.GetElapsedTime(0, Math.Max(ticks, 0));
        Assert.InRange(histogram.Percentile(99).Ticks, expected.Ticks, expected.Ticks / 30.0 * 31);
    }

    [Fact]
    public void Nothing_measured_is_zero() => Assert.Equal(TimeSpan.Zero, new LatencyHistogram().Percentile(99));

    [Fact]
    public void Usage_weighs_each_instant_by_how_long_it_lasted()
    {
        var usage = new UsageMeter(10, 2);
        usage.AdvanceTo(100);
        usage.Come(0);
        usage.Take(0, 4);
        usage.AdvanceTo(110); // 10 s: user 0 holds 4
        usage.Come(1);
        usage.Take(1, 4);
        usage.AdvanceTo(130); // 20 s: both hold 4
        usage.Give(0, 4);
        usage.AdvanceTo(140); // 10 s: user 0 has a job that waits, user 1 holds 4
        usage.Go(0);
        usage.Give(1, 4);
        usage.Go(1);
        usage.AdvanceTo(1_000); // nothing waits and nothing runs: no time at all
        Assert.Equal((10 * 4 + 20 * 8 + 10 * 4) / (40.0 * 10), usage.AllocationRate, 1e-12);
        Assert.Equal((10 * 1 + 20 * 2 + 10 * 2) / 40.0, usage.UsersMean, 1e-12);
        Assert.Equal((10 * 1 + 20 * 1 + 10 * 0.5) / 40, usage.Jain, 1e-12);
        Assert.Equal(0, usage.Held);
    }

    [Fact]
    public void Fragmentation_is_measured_at_most_about_a_thousand_times_while_jobs_come()
    {
        var measured = 0;
        var meter = new FragmentationMeter(() => ++measured % 2, 0, 1_000_000);
        for (var second = 0; second <= 1_000_000; second += 10) meter.At(second);
        Assert.InRange(measured, 990, 1_001);
        Assert.Equal(0.5, meter.Mean, 1e-2);
    }

    [Fact]
    public void A_job_that_took_as_long_as_on_its_users_own_share_is_at_one()
    {
        // Two users of 10 processors: each alone would have 5.
        JobOutcome[] outcomes =
        [
            new("alone would be slower", 0, 0, 100, 10, "n", "a"), // 1,000 processor-seconds on 5: 200 s
            new("behind its own", 0, 100, 200, 5, "n", "a"), // begins after 200 s, ends after 300 s
            new("waited", 0, 200, 300, 1, "n", "b"), // 100 s
        ];
        Assert.Equal([0.5, 200.0 / 300, 3], FinishTimeFairness.Of(outcomes, 10, 2));
    }
}
