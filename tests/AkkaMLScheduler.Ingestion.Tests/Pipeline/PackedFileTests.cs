using System.IO.Compression;
using System.Text;
using AkkaMLScheduler.Ingestion.Files;
using ZstdSharp;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

public sealed class PackedFileTests
{
    private static readonly IngestionSettings Settings = new("raw") { Rotation = Rotation.Prompt };

    [Theory]
    [InlineData("rows.csv.gz", FileCompression.Gzip)]
    [InlineData("rows.csv.zst", FileCompression.Zstd)]
    public async Task Packed_files_are_read_as_what_they_hold(string name, FileCompression compression)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var content = "id,text\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i},\"line {i}\nand more\"\n"));
        var file = bench.File(name, Pack(Encoding.UTF8.GetBytes(content), compression));

        var first = await bench.IngestAsync(Settings, file);
        var again = await bench.IngestAsync(Settings, file);

        Assert.Equal((50_000, 50_000, 0), (first.Read, first.Accepted, first.Rejected));
        Assert.Equal((0, 50_000), (again.Read, again.Skipped));
        Assert.Equal("line 49999\nand more", (await bench.QueryAsync("raw", "select text from {0} where id = 49999")).Single()[0]);
    }

    [Fact]
    public async Task A_gzip_file_of_several_members_is_read_to_its_end()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var file = bench.File("a.txt.gz", [.. Pack("one\n"u8.ToArray(), FileCompression.Gzip), .. Pack("two\n"u8.ToArray(), FileCompression.Gzip)]);

        Assert.Equal(2, (await bench.IngestAsync(Settings, file)).Accepted);
    }

    [Theory]
    [InlineData(FileCompression.Gzip)]
    [InlineData(FileCompression.Zstd)]
    public async Task A_bomb_is_refused_with_its_limit(FileCompression compression)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var file = bench.File("bomb.txt", Pack(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('a', 1_000) + "\n", 80_000))), compression));

        var refused = await Assert.ThrowsAsync<IngestionException>(() => bench.IngestAsync(Settings, file));

        Assert.Contains("unpacks to more than 250 times its size", refused.Message);
    }

    [Theory]
    [InlineData(FileCompression.Gzip)]
    [InlineData(FileCompression.Zstd)]
    public async Task A_file_that_was_cut_off_is_damaged(FileCompression compression)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var packed = Pack(Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 100_000))), compression);
        var file = bench.File("cut.txt", packed[..^20]);

        var refused = await Assert.ThrowsAsync<IngestionException>(() => bench.IngestAsync(Settings, file));

        Assert.Contains("is damaged", refused.Message);
    }

    private static byte[] Pack(byte[] content, FileCompression compression)
    {
        using var packed = new MemoryStream();
        using (Stream packing = compression == FileCompression.Gzip ? new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true) : new CompressionStream(packed, leaveOpen: true))
            packing.Write(content);
        return packed.ToArray();
    }
}
