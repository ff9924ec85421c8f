using System.Text;

namespace AkkaMLScheduler.Catalog.Text;

/// <summary>
/// The tokeniser of the curated layer: one token per UTF-8 byte and one that ends each text. Every text has tokens, any tokens have a
/// text, and there is nothing to train or ship. It lives beside the Parquet code because the curated files of Processing and the
/// tokenisation of Workloads must agree on it, and both stand on Catalog only.
/// </summary>
public static class ByteTokenizer
{
    /// <summary>Ends each text.</summary>
    public const int EndOfText = 256;

    /// <summary>256 byte values and <see cref="EndOfText"/>.</summary>
    public const int VocabularySize = 257;

    /// <summary>The bytes of the text, then <see cref="EndOfText"/>. A lone surrogate becomes U+FFFD.</summary>
    public static int[] Encode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var tokens = new int[bytes.Length + 1];
        for (var i = 0; i < bytes.Length; i++)
            tokens[i] = bytes[i];
        tokens[^1] = EndOfText;
        return tokens;
    }

    /// <summary>The text of the tokens, without <see cref="EndOfText"/>. Bytes that are no UTF-8 become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A token outside 0 to 256.</exception>
    public static string Decode(ReadOnlySpan<int> tokens)
    {
        var bytes = new byte[tokens.Length];
        var count = 0;
        foreach (var token in tokens)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(token);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(token, EndOfText);
            if (token != EndOfText)
                bytes[count++] = (byte)token;
        }

        return Encoding.UTF8.GetString(bytes, 0, count);
    }
}
