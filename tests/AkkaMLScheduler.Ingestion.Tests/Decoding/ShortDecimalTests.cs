using System.Globalization;
using System.Text;
using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Tests.Decoding;

public sealed class ShortDecimalTests
{
    [Fact]
    public void A_short_decimal_is_the_same_double_bit_for_bit_as_the_platform_reads()
    {
        var random = new Random(7);
        for (var i = 0; i < 1_000_000; i++)
        {
            var digits = random.NextInt64((long)Math.Pow(10, random.Next(16))).ToString(CultureInfo.InvariantCulture).PadLeft(random.Next(1, 16), '0');
            var text = (random.Next(2) == 0 ? "-" : "") + (random.Next(4) == 0 ? digits : digits.Insert(random.Next(digits.Length + 1), "."));

            var value = ShortDecimal.Parse(Encoding.ASCII.GetBytes(text));

            Assert.True(Same(double.Parse(text, CultureInfo.InvariantCulture), value), $"{text}: {value:R}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData("+1")]
    [InlineData("--1")]
    [InlineData("1.2.3")]
    [InlineData("1e3")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1/2")]
    [InlineData("1:2")]
    [InlineData("NaN")]
    [InlineData("1234567890123456")]
    [InlineData("0.123456789012345")]
    public void Anything_else_is_left_to_the_platform(string text) => Assert.Null(ShortDecimal.Parse(Encoding.ASCII.GetBytes(text)));

    private static bool Same(double expected, double? value)
        => value is { } read && BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(read);
}
