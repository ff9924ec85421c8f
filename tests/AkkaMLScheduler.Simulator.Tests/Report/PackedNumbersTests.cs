using AkkaMLScheduler.Simulator.Report;
using FsCheck.Xunit;

namespace AkkaMLScheduler.Simulator.Tests.Report;

public sealed class PackedNumbersTests
{
    [Property(MaxTest = 500)]
    public void What_was_packed_is_read_back(long[] numbers)
    {
        var packed = new PackedNumbers();
        foreach (var number in numbers) packed.Add(number);
        Assert.Equal(numbers, PackedReader.Read(packed.ToString()));
        Assert.Equal(numbers, PackedReader.ReadDeltas(PackedNumbers.Deltas(numbers)));
    }

    [Fact]
    public void Fractions_are_rounded_to_their_scale() =>
        Assert.Equal([123, -50, 0], PackedReader.ReadDeltas(PackedNumbers.Deltas([1.2345, -0.5, 0.001], 100)));

    [Fact]
    public void Neighbours_that_are_close_take_a_byte_each() =>
        Assert.Equal(1_000, Convert.FromBase64String(PackedNumbers.Deltas(Enumerable.Range(0, 1_000).Select(n => n * 60L))).Length);
}
