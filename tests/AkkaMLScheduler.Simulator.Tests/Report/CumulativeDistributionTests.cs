using AkkaMLScheduler.Simulator.Report;
using FsCheck.Xunit;

namespace AkkaMLScheduler.Simulator.Tests.Report;

public sealed class CumulativeDistributionTests
{
    [Property(MaxTest = 200)]
    public void Every_point_that_is_kept_is_true_and_the_ends_are_there(int seed)
    {
        var random = new Random(seed);
        var sample = Enumerable.Range(0, random.Next(1, 5_000)).Select(_ => (double)random.Next(random.Next(1, 100_000))).ToArray();
        var distribution = CumulativeDistribution.Of(sample);
        Assert.InRange(distribution.Values.Count, 1, 1_000);
        Assert.Equal(sample.Min(), distribution.Values[0]);
        Assert.Equal(sample.Max(), distribution.Values[^1]);
        Assert.Equal(sample.Length, distribution.Counts[^1]);
        Assert.Equal(distribution.Values.Select(value => (long)sample.Count(entry => entry <= value)), distribution.Counts);
    }

    [Fact]
    public void Nothing_has_no_points() => Assert.Empty(CumulativeDistribution.Of([]).Values);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    [InlineData(65, 7)]
    public void Size_classes_end_at_powers_of_two(long size, int exponent) => Assert.Equal(exponent, SizeClass.ExponentOf(size));

    [Fact]
    public void A_size_class_has_the_median_and_the_95th_percentile_of_its_waits()
    {
        var jobs = Enumerable.Range(0, 101).Select(wait => new JobOutcome($"{wait}", 0, wait, wait + 1, 3, "machine"))
            .Append(new JobOutcome("single", 0, 7, 8, 1, "machine"));
        Assert.Equal([new SizeClass(0, 1, 7, 7), new SizeClass(2, 101, 50, 95)], SizeClass.Of(jobs));
    }
}
