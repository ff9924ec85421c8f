namespace AkkaMLScheduler.Processing.Tests;

public sealed class TextCleaningTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\r\n ", "")]
    [InlineData("  a \t b  ", "a b")]
    [InlineData("a \r\n \n b", "a\nb")]
    [InlineData("a\u2028b\u00a0c", "a\nb c")]
    [InlineData("a\u0000\u0007b\u009f", "ab")]
    [InlineData("a\u0000 \u0000b", "a b")]
    [InlineData("😀 x", "😀 x")]
    [InlineData("a\u200Db", "a\u200Db")]
    public void Controls_go_and_white_space_collapses(string text, string expected)
    {
        Assert.Equal(expected, TextCleaning.Clean(text));
        Assert.Equal(expected, TextCleaning.Clean(expected));
    }

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character() =>
        Assert.Equal("a\uFFFDb", TextCleaning.Clean("a" + (char)0xD800 + "b"));

    [Fact]
    public void Rows_that_differ_have_different_canonical_texts()
    {
        object?[][] rows = [["a", "b"], ["ab", ""], ["a", null], [null, "a"], ["-;", null], [1L, 2L], [12L, null]];

        Assert.Equal(rows.Length, rows.Select(RowText.Canonical).Distinct().Count());
    }
}
