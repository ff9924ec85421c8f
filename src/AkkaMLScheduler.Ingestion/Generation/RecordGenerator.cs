using System.Globalization;
using System.Text;

namespace AkkaMLScheduler.Ingestion.Generation;

/// <summary>Makes text records from a seed, some repeated and some malformed, with the counts that every later step must arrive at.</summary>
public static class RecordGenerator
{
    private const int ShortestBytes = 60;
    private const int LongestBytes = 300;

    private enum Fate : byte
    {
        Original,
        Duplicate,
        Malformed,
    }

    private enum Route : byte
    {
        Kafka,
        Csv,
        JsonLines,
        Text,
    }

    /// <exception cref="ArgumentOutOfRangeException">No records, or shares that leave no originals.</exception>
    public static GeneratedRecords Generate(GeneratorSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Records, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.DuplicateShare);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.MalformedShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.DuplicateShare + settings.MalformedShare, 0.9);

        var random = new SplitMix64(settings.Seed);
        var fates = Fates(settings, ref random);
        var lines = Enumerable.Range(0, 4).Select(_ => new List<byte[]>()).ToArray();
        var originals = new List<(string Id, string Text)>();
        var texts = new HashSet<string>();
        var malformedInFiles = 0;
        for (var i = 0; i < fates.Length; i++)
        {
            var route = RouteOf(i);
            (string Id, string Text) record;
            if (fates[i] == Fate.Duplicate)
            {
                record = originals[random.Below(originals.Count)];
            }
            else
            {
                record = ($"r{i.ToString("D7", CultureInfo.InvariantCulture)}", NewText(texts, ref random));
                if (fates[i] == Fate.Original)
                    originals.Add(record);
                else if (route != Route.Kafka)
                    malformedInFiles++;
            }

            lines[(int)route].Add(Line(route, record.Id, record.Text, fates[i] == Fate.Malformed));
        }

        var malformed = fates.Count(fate => fate == Fate.Malformed);
        return new GeneratedRecords(
            lines[(int)Route.Kafka],
            lines[(int)Route.Csv],
            lines[(int)Route.JsonLines],
            lines[(int)Route.Text],
            new ExpectedCounts(fates.Length, malformed, fates.Count(fate => fate == Fate.Duplicate)),
            new ExpectedCounts(fates.Length - lines[(int)Route.Kafka].Count, malformedInFiles, 0));
    }

    /// <summary>The first record is an original, so that there is always one to repeat; the others are shuffled.</summary>
    private static Fate[] Fates(GeneratorSettings settings, ref SplitMix64 random)
    {
        var fates = new Fate[settings.Records];
        var duplicates = (int)Math.Round(settings.Records * settings.DuplicateShare);
        var malformed = (int)Math.Round(settings.Records * settings.MalformedShare);
        fates.AsSpan(1, duplicates).Fill(Fate.Duplicate);
        fates.AsSpan(1 + duplicates, malformed).Fill(Fate.Malformed);
        for (var i = fates.Length - 1; i > 1; i--)
        {
            var other = 1 + random.Below(i);
            (fates[i], fates[other]) = (fates[other], fates[i]);
        }

        return fates;
    }

    private static Route RouteOf(int index) => index % 2 == 0 ? Route.Kafka : (Route)(1 + (index / 2 % 3));

    private static string NewText(HashSet<string> texts, ref SplitMix64 random)
    {
        while (true)
        {
            var text = Text(ref random);
            if (text.Length >= ShortestBytes && texts.Add(text))
                return text;
        }
    }

    /// <summary>Some sentences.</summary>
    internal static string Text(ref SplitMix64 random)
        => SentenceGrammar.Text(ref random, ShortestBytes + random.Below(LongestBytes - ShortestBytes - 60), LongestBytes);

    /// <summary>An object of id and text, or one that lacks its end.</summary>
    internal static byte[] Json(string id, string text, bool malformed)
        => Encoding.UTF8.GetBytes(malformed ? $"{{\"id\":\"{id}\",\"text\":\"{text}" : $"{{\"id\":\"{id}\",\"text\":\"{text}\"}}");

    private static byte[] Line(Route route, string id, string text, bool malformed) => route switch
    {
        Route.Csv => Encoding.UTF8.GetBytes(malformed ? $"{id},{text},surplus" : $"{id},{text}"),
        Route.Text when malformed => [0xff, 0xfe, .. Encoding.UTF8.GetBytes(text)],
        Route.Text => Encoding.UTF8.GetBytes(text),
        _ => Json(id, text, malformed),
    };
}
