using System.Globalization;
using System.Text;

namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>
/// What a message shows of text that came from outside: its beginning, on one line, with whatever a terminal or a log could trip over
/// (control characters, marks of direction, half a surrogate pair) as its code.
/// </summary>
internal static class Excerpt
{
    private const int MostCharacters = 60;
    private const int MostNames = 20;

    public static string Of(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= MostCharacters)
                return shown.Append('…').ToString();
            if (IsPlain(rune))
                shown.Append(rune.ToString());
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        }

        return shown.ToString();
    }

    /// <param name="utf8">Of a long text no more is decoded than can be shown.</param>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        const int enough = (MostCharacters + 2) * 4; // UTF-8 takes at most four bytes a character; one cut in half lies beyond what is shown
        return Of(Encoding.UTF8.GetString(utf8.Length <= enough ? utf8 : utf8[..enough]));
    }

    /// <summary>The first of some names, and how many more there are.</summary>
    public static string OfNames(IReadOnlyCollection<string> names)
    {
        var shown = string.Join(", ", names.Take(MostNames).Select(Of));
        return names.Count <= MostNames ? shown : $"{shown} and {names.Count - MostNames} more";
    }

    private static bool IsPlain(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
}
