using System.Globalization;

namespace AkkaMLScheduler.Ingestion.Generation;

/// <summary>
/// JSON records with id and text without end, each a function of the seed and its number: a reader may begin anywhere and finds the
/// same bytes.
/// </summary>
/// <param name="settings">Seed and shares; of the number of records it knows nothing.</param>
internal sealed class GeneratedStream(GeneratorSettings settings)
{
    // A repeated record follows its original within so many records.
    private const int RepeatWithin = 10_000;

    public byte[] At(long number)
    {
        var random = RandomOf(number);
        var fate = number == 0 ? 1 : random.Unit();
        if (fate >= settings.DuplicateShare && fate < settings.DuplicateShare + settings.MalformedShare)
            return RecordGenerator.Json(IdOf(number), RecordGenerator.Text(ref random), malformed: true);
        if (fate < settings.DuplicateShare)
        {
            number -= 1 + random.Below((int)Math.Min(number, RepeatWithin));
            while (number > 0 && RandomOf(number).Unit() < settings.DuplicateShare + settings.MalformedShare)
                number--;
            random = RandomOf(number);
            if (number > 0)
                _ = random.Unit();
        }

        return RecordGenerator.Json(IdOf(number), RecordGenerator.Text(ref random), malformed: false);
    }

    private SplitMix64 RandomOf(long number) => new(new SplitMix64(settings.Seed ^ (ulong)number * 0x9E3779B97F4A7C15).Next());

    private static string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"r{number:D7}");
}
