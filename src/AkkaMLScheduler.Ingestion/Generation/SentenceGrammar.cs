using System.Text;

namespace AkkaMLScheduler.Ingestion.Generation;

/// <summary>
/// Simple English sentences about machines, weather and people: few rules and uneven word frequencies, so that a small language
/// model finds structure within seconds. ASCII only: characters are bytes.
/// </summary>
internal static class SentenceGrammar
{
    private static readonly WordList Nouns = new(
        "river engine teacher city garden machine letter student model window train harbor farmer signal library bridge doctor market "
        + "forest painter island kitchen captain mountain clock writer village camera pilot tower valley baker station musician lantern "
        + "orchard sailor theater wagon gardener furnace printer sculptor meadow compass nurse planet archive tailor glacier");

    private static readonly WordList Adjectives = new(
        "small old quiet bright cold new careful green long gentle heavy distant warm clever narrow silver patient broken early simple "
        + "hidden golden curious steady pale wooden restless famous crowded humble");

    private static readonly WordList Verbs = new(
        "sees carries follows builds finds watches repairs opens remembers paints crosses measures guards teaches lifts studies moves "
        + "answers collects shelters describes warms connects reaches");

    private static readonly WordList States = new("sleeps waits shines grows returns sings turns rests listens wanders works falls rises");

    private static readonly WordList Adverbs = new("slowly often quietly never always carefully soon again gladly rarely together almost");

    private static readonly WordList Prepositions = new("near behind under beside above beyond inside along across");

    private static readonly WordList Joints = new("and but while because although until so");

    private static readonly WordList Moments = new("morning evening winter summer night autumn spring noon storm holiday");

    /// <summary>A text of one or more sentences, at least <paramref name="length"/> bytes unless that would pass <paramref name="most"/>.</summary>
    public static string Text(ref SplitMix64 random, int length, int most)
    {
        var text = new StringBuilder();
        while (text.Length < length)
        {
            var sentence = Sentence(ref random);
            if (text.Length + 1 + sentence.Length > most)
                break;
            if (text.Length > 0)
                text.Append(' ');
            text.Append(sentence);
        }

        return text.ToString();
    }

    private static string Sentence(ref SplitMix64 random)
    {
        var body = random.Below(5) switch
        {
            0 => $"{Thing(ref random)} {Verbs.Draw(ref random)} {Thing(ref random)}",
            1 => $"{Thing(ref random)} {Adverbs.Draw(ref random)} {States.Draw(ref random)} {Prepositions.Draw(ref random)} {Thing(ref random)}",
            2 => $"every {Moments.Draw(ref random)} {Thing(ref random)} {Verbs.Draw(ref random)} {Thing(ref random)}",
            3 => $"{Thing(ref random)} {States.Draw(ref random)} {Joints.Draw(ref random)} {Thing(ref random)} {Verbs.Draw(ref random)} {Thing(ref random)}",
            _ => $"in the {Moments.Draw(ref random)} {Thing(ref random)} {States.Draw(ref random)} {Prepositions.Draw(ref random)} {Thing(ref random)}",
        };
        return char.ToUpperInvariant(body[0]) + body[1..] + ".";
    }

    private static string Thing(ref SplitMix64 random) => random.Below(3) == 0
        ? $"the {Nouns.Draw(ref random)}"
        : $"the {Adjectives.Draw(ref random)} {Nouns.Draw(ref random)}";
}
