using System.Globalization;
using System.Text;

namespace AkkaMLScheduler.Processing;

/// <summary>
/// The cleaning rule for one text, after Unicode NFC, which <see cref="RawRows"/> applies while reading: control characters (category
/// Cc) that are no white space are removed, a lone surrogate becomes U+FFFD, each run of white space becomes one line feed if it holds
/// a line break and one space otherwise, and white space at both ends goes. Applying it twice changes nothing more.
/// </summary>
internal static class TextCleaning
{
    public static string Clean(string text)
    {
        var cleaned = new StringBuilder(text.Length);
        char? gap = null;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                if (gap != '\n')
                    gap = IsLineBreak(rune) ? '\n' : ' ';
                continue;
            }

            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.Control)
                continue;
            if (gap is { } space && cleaned.Length > 0)
                cleaned.Append(space);
            gap = null;
            cleaned.Append(rune);
        }

        return cleaned.ToString();
    }

    private static bool IsLineBreak(Rune rune) => rune.Value is '\n' or '\r' or '\v' or '\f' or 0x85 or 0x2028 or 0x2029;
}
