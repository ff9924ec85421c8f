using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AkkaMLScheduler.Ingestion.Generation;

namespace AkkaMLScheduler.Ingestion.Tests.Generation;

public sealed class RecordGeneratorTests
{
    private static readonly GeneratedRecords Records = RecordGenerator.Generate(new GeneratorSettings(42));

    [Fact]
    public void The_expected_counts_are_those_of_the_lines()
    {
        var lines = Records.Kafka.Concat(Records.JsonLines).Select(ParseJson)
            .Concat(Records.Csv.Select(line => Encoding.UTF8.GetString(line).Split(',')).Select(fields => fields.Length == 2 ? fields[1] : null))
            .Concat(Records.Text.Select(line => line[0] == 0xff ? null : Encoding.UTF8.GetString(line)))
            .ToList();
        var texts = lines.OfType<string>().ToList();
        Assert.Equal(20_000, lines.Count);
        Assert.Equal(10_000, Records.Kafka.Count);
        Assert.Equal((20_000, 200, 1_000), (Records.Expected.Read, Records.Expected.Malformed, Records.Expected.Duplicates));
        Assert.Equal(Records.Expected.Malformed, lines.Count - texts.Count);
        Assert.Equal(Records.Expected.Distinct, texts.Distinct().Count());
        Assert.All(texts, text => Assert.InRange(text.Length, 60, 300));
    }

    [Fact]
    public void A_seed_always_gives_the_same_bytes()
    {
        // Pinned: a run that was killed is resumed by generating the same records again, maybe with a later build.
        Assert.StartsWith("82f4a7fe2b97c8d54d001de7d3308bf3c2268a680", Hash(Records), StringComparison.Ordinal);
        Assert.NotEqual(Hash(Records), Hash(RecordGenerator.Generate(new GeneratorSettings(43))));
    }

    private static string? ParseJson(byte[] line)
    {
        try
        {
            return JsonDocument.Parse(line).RootElement.GetProperty("text").GetString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Hash(GeneratedRecords records)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in records.Kafka.Concat(records.Csv).Concat(records.JsonLines).Concat(records.Text))
        {
            hash.AppendData(line);
            hash.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
