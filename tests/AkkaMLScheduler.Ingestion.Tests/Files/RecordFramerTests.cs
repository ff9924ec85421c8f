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

    [Theory]
    [InlineData("a,b\r1,2\r3,4", "a,b|1,2|3,4")]
    [InlineData("a,b\r1,\"two\rlines\"\r3,4\r", "a,b|1,\"two\rlines\"|3,4")]
    [InlineData("a,b\r\n1,2\n3,4\r\n", "a,b|1,2|3,4")]
    [InlineData("a,b\n1,2\r3,4\n", "a,b|1,2\r3,4")]
    [InlineData("a,b\r", "a,b")]
    [InlineData("a,b\r\n", "a,b")]
    public async Task Csv_lines_end_at_carriage_returns_only_where_there_is_no_line_feed(string content, string expected)
        => Assert.Equal(expected, string.Join('|', (await FrameAsync(content, FileFormat.Csv)).Select(Text)));

    [Fact]
    public async Task Text_lines_do_not_end_at_carriage_returns()
        => Assert.Equal(["10 %\r20 %"], (await FrameAsync("10 %\r20 %", FileFormat.Text)).Select(Text));

    [Theory]
    [InlineData("1,\"open", "1,\"open", RejectCodes.UnclosedQuote)]
    [InlineData("1,\"open\n", "1,\"open", RejectCodes.UnclosedQuote)]
    [InlineData("1,\"", "1,\"", RejectCodes.UnclosedQuote)]
    [InlineData("1,\"\"\"", "1,\"\"\"", RejectCodes.UnclosedQuote)]
    [InlineData("1,\"closed\"", "1,\"closed\"", null)]
    public async Task A_quote_may_stay_open_at_the_end_of_the_file(string content, string bytes, string? code)
    {
        var record = Assert.Single(await FrameAsync(content, FileFormat.Csv));
        Assert.Equal((bytes, code), (Text(record), record.Fault?.Code));
    }

    [Theory]
    [InlineData(60_000)]
    [InlineData(100_000)]
    [InlineData(200_000)]
    public async Task A_quoted_row_beyond_the_limit_has_the_same_fate_wherever_blocks_end(int before)
    {
        // Its field of 150,000 bytes and two lines closes, but not within the 100,000 that a record may have.
        var content = string.Concat(Enumerable.Repeat(new string('x', 99) + "\n", before / 100)) + "1,\"" + new string('y', 75_000) + "\n" + new string('z', 75_000) + "\"\nlast\n";

        var records = (await FrameAsync(content, FileFormat.Csv, limit: 100_000)).Skip(before / 100).ToList();

        Assert.Equal([RejectCodes.UnclosedQuote, null, null], records.Select(record => record.Fault?.Code));
        Assert.Equal([75_003, 75_001, 4], records.Select(record => record.Bytes.Length));
    }

    [Fact]
    public async Task A_long_row_is_passed_over_with_the_lines_in_its_quotes()
    {
        var records = await FrameAsync("1,\"a\nb\"," + new string('y', 200) + "\n2,end\n", FileFormat.Csv, limit: 100);

        Assert.Equal(new Fault(RejectCodes.TooLong, "The record has 208 bytes; the limit is 100."), records[0].Fault);
        Assert.Equal(("2,end", 3L), (Text(records[1]), records[1].Line));
    }

    [Fact]
    public async Task Very_many_open_quotes_do_not_cost_a_look_through_the_whole_record_limit_each()
    {
        // Each line opens a quote at its end, seen alone, and keeps it open, seen from the line before: 200,000 looks at up to 1 MiB.
        const int lines = 200_000;
        var content = string.Concat(Enumerable.Repeat("x\",\"\n", lines));

        var records = await Task.Run(() => FrameAsync(content, FileFormat.Csv)).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(lines, records.Count);
        Assert.All(records, record => Assert.Equal(("x\",\"", RejectCodes.UnclosedQuote), (Text(record), record.Fault?.Code)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Rows_are_cut_as_a_reader_character_by_character_cuts_them(int seed)
    {
        var random = new Random(seed);
        for (var n = 0; n < 2_000; n++)
        {
            var content = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => "\"\"\"x,,\n\n"[random.Next(8)]));
            var limit = random.Next(1, 20);

            var records = await FrameAsync(content, FileFormat.Csv, limit);

            Assert.Equal(SlowRows(content, limit), records.Select(record => (record.Fault?.Code == RejectCodes.TooLong ? null : Text(record), record.Fault?.Code)));
        }
    }

    [Theory]
    [InlineData(FileFormat.Text, "x")]
    [InlineData(FileFormat.Csv, "x")]
    [InlineData(FileFormat.Csv, "\"x")]
    [InlineData(FileFormat.Csv, "\"\"\"\"")]
    [InlineData(FileFormat.JsonLines, "[")]
    public async Task However_long_a_record_is_no_more_than_its_limit_is_held(FileFormat format, string begin)
    {
        const int limit = 1024 * 1024;
        using var endless = new RepeatedStream(Encoding.UTF8.GetBytes(begin), (byte)'x', length: 300L * limit);
        var framer = new RecordFramer(endless, format, (byte)',', limit);
        var record = Assert.Single((await framer.ReadAsync(CancellationToken.None))!);

        Assert.Null(await framer.ReadAsync(CancellationToken.None));
        Assert.Equal((RejectCodes.TooLong, RecordFramer.KeptBytes), (record.Fault?.Code, record.Bytes.Length));
        Assert.Contains($"{300L * limit} bytes", record.Fault!.Message, StringComparison.Ordinal);
        Assert.InRange(endless.LargestRead, 1, 2 * limit);
    }

    /// <summary>The rules of the framer, one character after the other; of a record that is too long only that it is.</summary>
    private static List<(string? Row, string? Code)> SlowRows(string content, int limit)
    {
        var rows = new List<(string?, string?)>();
        for (var at = 0; at < content.Length;)
        {
            var (inQuotes, atStart, end) = (false, true, at);
            for (; end < content.Length && end - at <= limit && (inQuotes || content[end] != '\n'); end++)
            {
                if (inQuotes && content[end] == '"' && end + 1 < content.Length && end - at < limit && content[end + 1] == '"')
                    end++;
                else if (inQuotes && content[end] == '"' && end + 1 < content.Length && end - at == limit)
                    continue; // perhaps the first of two
                else if (content[end] == '"' && (inQuotes || atStart))
                    inQuotes = !inQuotes;
                atStart = !inQuotes && content[end] == ',';
            }

            var line = content.IndexOf('\n', at) is >= 0 and var found ? found : content.Length;
            if (!inQuotes && end - at <= limit)
            {
                rows.Add((content[at..end], null));
                at = end + 1;
            }
            else if (inQuotes && line - at <= limit)
            {
                rows.Add((content[at..line], RejectCodes.UnclosedQuote));
                at = line + 1;
            }
            else
            {
                rows.Add((null, RejectCodes.TooLong));
                at = content.IndexOf('\n', Math.Min(end, content.Length)) is >= 0 and var next ? next + 1 : content.Length;
            }
        }

        return rows;
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
