using System.IO.Compression;
using System.Text;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Files;
using AkkaMLScheduler.Ingestion.Tests.Files;
using AkkaMLScheduler.Ingestion.Tests.Pipeline;
using ZstdSharp;

namespace AkkaMLScheduler.Ingestion.Tests.Conformance;

/// <summary>Packed files that are more, less or other than they seem.</summary>
public sealed class PackedBombTests
{
    private const long MiB = 1024 * 1024;

    private static readonly IngestionSettings Settings = new("raw") { Rotation = Rotation.Prompt };

    [Theory]
    [InlineData(FileCompression.Gzip, "bomb.txt", "")]
    [InlineData(FileCompression.Zstd, "bomb.txt", "")]
    [InlineData(FileCompression.Gzip, "bomb.csv", "a,b\n1,\"")]
    [InlineData(FileCompression.Gzip, "bomb.jsonl", "{\"a\":\"")]
    [InlineData(FileCompression.Gzip, "bomb.json", "[{\"a\":\"")]
    public async Task A_bomb_that_is_one_single_record_is_refused_with_its_limit(FileCompression compression, string name, string begin)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var file = bench.File(name, await PackAsync(begin, 200 * MiB, compression));

        var refused = await Assert.ThrowsAsync<IngestionException>(() => bench.IngestAsync(Settings, file));

        Assert.Matches(@"^File '.*' unpacks to more than 250 times its size; unpack it yourself if it is to be read\.$", refused.Message);
        Assert.Empty(await bench.Catalog.DatasetsAsync());
    }

    [Theory]
    [InlineData(FileCompression.Gzip)]
    [InlineData(FileCompression.Zstd)]
    public async Task Of_a_bomb_no_more_is_unpacked_than_is_free(FileCompression compression)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var path = bench.File("bomb.txt", await PackAsync("", 200 * MiB, compression));
        await using var file = InputFile.Open(path);
        await using var content = new ContentStream(file, path, compression, maxInflation: 250);
        var buffer = new byte[64 * 1024];

        await Assert.ThrowsAsync<IngestionException>(async () =>
        {
            while (await content.ReadAsync(buffer) > 0)
            {
            }
        });

        Assert.InRange(content.Position, 64 * MiB, (64 * MiB) + buffer.Length);
    }

    [Theory]
    [InlineData(FileCompression.Gzip)]
    [InlineData(FileCompression.Zstd)]
    public async Task A_record_that_unpacks_to_what_is_free_is_rejected_by_its_beginning(FileCompression compression)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var file = bench.File("bomb.txt", [.. await PackAsync("", 60 * MiB, compression), .. Pack("\nlast\n", compression)]);

        var report = await bench.IngestAsync(Settings, file);

        Assert.Equal((2, 1, 1), (report.Read, report.Accepted, report.Rejected));
        Assert.Equal(
            [RejectCodes.TooLong, $"Line 1: The record has {60 * MiB} bytes; the limit is {MiB}."],
            (await bench.QueryAsync("raw__rejected", "select code, message from {0}")).Single());
    }

    [Theory]
    [InlineData(FileCompression.Gzip)]
    [InlineData(FileCompression.Zstd)]
    public async Task Packed_parts_one_after_another_are_read_as_one_file_also_when_they_cut_a_record(FileCompression compression)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        byte[] parts = [.. Pack("a,b\n1,\"x", compression), .. Pack("", compression), .. Pack("\ny\"\n2,", compression), .. Pack("z\n", compression)];

        var report = await bench.IngestAsync(Settings, bench.File("parts.csv", parts));

        Assert.Equal((2, 2), (report.Read, report.Accepted));
        Assert.Equal(["x\ny", "z"], (await bench.QueryAsync("raw", "select b from {0} order by _offset")).Select(row => row[0]));
    }

    [Theory]
    [InlineData(FileCompression.Gzip, 1)]
    [InlineData(FileCompression.Gzip, 100)]
    [InlineData(FileCompression.Gzip, 1_000_000)]
    [InlineData(FileCompression.Zstd, 1)]
    [InlineData(FileCompression.Zstd, 100)]
    [InlineData(FileCompression.Zstd, 1_000_000)]
    public async Task Bytes_after_the_end_of_the_packed_content_are_damage_not_passed_over(FileCompression compression, int strays)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var file = bench.File("a.txt", [.. Pack("one\ntwo\n", compression), .. Enumerable.Repeat((byte)'x', strays)]);

        var refused = await Assert.ThrowsAsync<IngestionException>(() => bench.IngestAsync(Settings, file));

        Assert.Matches("^File '.*' is damaged: .+$", refused.Message);
    }

    [Theory]
    [InlineData(FileCompression.Gzip, 1)]
    [InlineData(FileCompression.Gzip, 8)]
    [InlineData(FileCompression.Gzip, 12)]
    [InlineData(FileCompression.Zstd, 1)]
    [InlineData(FileCompression.Zstd, 8)]
    public async Task A_small_file_that_was_cut_off_is_damaged(FileCompression compression, int missing)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var packed = Pack("one\ntwo\nand a third line\n", compression);

        var refused = await Assert.ThrowsAsync<IngestionException>(() => bench.IngestAsync(Settings, bench.File("a.txt", packed[..^missing])));

        Assert.Matches("^File '.*' is damaged: .+$", refused.Message);
    }

    [Fact]
    public async Task Content_that_is_not_what_its_checksum_says_is_damaged()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var packed = Pack("one\ntwo\n", FileCompression.Gzip);
        packed[^8] ^= 1;

        var refused = await Assert.ThrowsAsync<IngestionException>(() => bench.IngestAsync(Settings, bench.File("a.txt", packed)));

        Assert.Contains("is damaged", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packed_file_in_a_packed_file_is_no_text()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        using var twice = new MemoryStream();
        using (var packing = new GZipStream(twice, CompressionLevel.Fastest, leaveOpen: true))
            packing.Write(Pack(string.Join('\n', Enumerable.Range(0, 1_000)), FileCompression.Gzip));

        var refused = await Assert.ThrowsAsync<IngestionException>(() => bench.IngestAsync(Settings, bench.File("a.txt", twice.ToArray())));

        Assert.Contains("is not text (UTF-8)", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Pack(string text, FileCompression compression)
    {
        using var packed = new MemoryStream();
        using (var packing = Packing(packed, compression))
            packing.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    /// <summary>Some text and then x, so many bytes in all.</summary>
    private static async Task<byte[]> PackAsync(string begin, long bytes, FileCompression compression)
    {
        using var content = new RepeatedStream(Encoding.UTF8.GetBytes(begin), (byte)'x', bytes);
        using var packed = new MemoryStream();
        await using (var packing = Packing(packed, compression))
            await content.CopyToAsync(packing);
        return packed.ToArray();
    }

    private static Stream Packing(Stream packed, FileCompression compression) => compression == FileCompression.Gzip
        ? new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)
        : new CompressionStream(packed, leaveOpen: true);
}
