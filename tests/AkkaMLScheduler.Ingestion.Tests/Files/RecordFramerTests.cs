using System.Text;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Files;

namespace AkkaMLScheduler.Ingestion.Tests.Files;

public sealed class RecordFramerTests
{
    [Theory]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\nb", "a|b")]
    [InlineData("a\r\n\r\nb\r\n", "a||b")]
    [InlineData("\n\n", "|")]
    [InlineData("", null)]
    [InlineData("\uFEFFa\nb", "a|b")]
    public async Task Lines_end_at_line_feeds_and_at_the_end(string content, string? expected)
    {
        var records = await FrameAsync(content, FileFormat.Text);
        Assert.Equal(expected, records.Count == 0 ? null : string.Join('|', records.Select(Text)));
    }

    [Fact]
    public async Task A_quoted_csv_field_may_hold_line_ends_delimiters_and_quotes()
    {
        var records = await FrameAsync("1,\"two\r\nlines, \"\"quoted\"\"\"\r\n2,pl\"ain\n3,\"\"\n", FileFormat.Csv);
        Assert.Equal(["1,\"two\r\nlines, \"\"quoted\"\"\"", "2,pl\"ain", "3,\"\""], records.Select(Text));
        Assert.Equal([1L, 3L, 4L], records.Select(record => record.Line));
    }

    [Fact]
    public async Task A_quote_that_never_closes_costs_its_own_line_only()
    {
        var records = await FrameAsync("1,a\n2,\"open\n3,b\n4,c\n", FileFormat.Csv);
        Assert.Equal(["1,a", "2,\"open", "3,b", "4,c"], records.Select(Text));
        Assert.Equal([null, RejectCodes.UnclosedQuote, null, null], records.Select(record => record.Fault?.Code));
    }

    [Theory]
    [InlineData(FileFormat.Text)]
    [InlineData(FileFormat.Csv)]
    public async Task A_record_beyond_the_limit_is_faulted_and_the_next_one_found(FileFormat format)
    {
        var records = await FrameAsync("first\n" + new string('x', 3_000_000) + "\nlast\n", format);
        Assert.Equal(3, records.Count);
        Assert.Equal(("first", "last"), (Text(records[0]), Text(records[2])));
        Assert.Equal(RejectCodes.TooLong, records[1].Fault?.Code);
        Assert.Contains("3000000 bytes", records[1].Fault!.Message, StringComparison.Ordinal);
        Assert.Equal(RecordFramer.KeptBytes, records[1].Bytes.Length);
    }

    [Fact]
    public async Task A_record_at_the_limit_passes_and_one_byte_more_does_not()
    {
        var records = await FrameAsync(new string('x', 100) + "\n" + new string('y', 101), FileFormat.Text, limit: 100);
        Assert.Equal([null, RejectCodes.TooLong], records.Select(record => record.Fault?.Code));
    }

    [Fact]
    public async Task Cutting_does_not_depend_on_where_blocks_end()
    {
        // Quoted rows of 1 to 997 bytes cross the 80 KiB blocks at every kind of place, closing quotes included.
        var rows = Enumerable.Range(0, 2_000).Select(i => $"{i},\"{new string('\n', i % 7)}{new string('"', i % 3 * 2)}{new string('z', i * 31 % 997)}\"").ToList();
        var records = await FrameAsync(string.Join('\n', rows), FileFormat.Csv);
        Assert.Equal(rows, records.Select(Text));
    }

    private static string Text(SourceRecord record) => Encoding.UTF8.GetString(record.Bytes.Span);

    private static async Task<List<SourceRecord>> FrameAsync(string content, FileFormat format, int limit = 1024 * 1024)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        var framer = new RecordFramer(stream, format, (byte)',', limit);
        var all = new List<SourceRecord>();
        while (await framer.ReadAsync(CancellationToken.None) is { } records)
            all.AddRange(records);
        return all;
    }
}
