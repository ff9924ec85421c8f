using AkkaMLScheduler.Catalog.Text;

namespace AkkaMLScheduler.Catalog.Tests;

public sealed class ByteTokenizerTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("Zürich 😀\n")]
    public void Any_text_comes_back_from_its_tokens(string text)
    {
        var tokens = ByteTokenizer.Encode(text);

        Assert.Equal(ByteTokenizer.EndOfText, tokens[^1]);
        Assert.All(tokens, token => Assert.InRange(token, 0, ByteTokenizer.VocabularySize - 1));
        Assert.Equal(text, ByteTokenizer.Decode(tokens));
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ByteTokenizer.Decode([ByteTokenizer.VocabularySize]));

    [Fact]
    public void Tokens_are_the_bytes_of_utf8() => Assert.Equal([0xC3, 0xBC, 256], ByteTokenizer.Encode("ü"));
}
