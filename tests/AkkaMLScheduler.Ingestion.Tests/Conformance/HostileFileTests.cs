using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Files;
using AkkaMLScheduler.Ingestion.Tests.Pipeline;

namespace AkkaMLScheduler.Ingestion.Tests.Conformance;

/// <summary>Whole files as strangers write them, to committed Parquet: what is read is accepted, rejected with its reason, or filtered.</summary>
public sealed class HostileFileTests
{
    private static readonly IngestionSettings Settings = new("raw") { Rotation = Rotation.Prompt };

    // Files are written as Latin-1, so that \xff is the byte.
    [Theory]
    [InlineData("quotes.csv", "a,b\n\"x,1\",\"y\"\"z\"\n", 1, 0)]
    [InlineData("embedded-line-ends.csv", "a,b\n\"x\r\ny\",z\n\"\n\n\",\"\r\"\n", 2, 0)]
    [InlineData("mark.csv", "\u00ef\u00bb\u00bfa,b\n1,2\n", 1, 0)]
    [InlineData("mark-and-quotes.csv", "\u00ef\u00bb\u00bf\"a\",\"b\"\n1,2\n", 1, 0)]
    [InlineData("crlf.csv", "a,b\r\n1,2\r\n3,4\r\n", 2, 0)]
    [InlineData("cr.csv", "a,b\r1,2\r3,4", 2, 0)]
    [InlineData("crlf-and-lf.csv", "a,b\r\n1,2\n3,4\r\n", 2, 0)]
    [InlineData("cr-among-lf.csv", "a,b\n1\r2,3\n4,5\n", 1, 0, RejectCodes.MalformedCsv)]
    [InlineData("ragged.csv", "a,b\n1\n1,2,3\n4,5\n,\n", 2, 0, RejectCodes.FieldCount, RejectCodes.FieldCount)]
    [InlineData("empty.csv", "", 0, 0)]
    [InlineData("only-a-mark.csv", "\u00ef\u00bb\u00bf", 0, 0)]
    [InlineData("header.csv", "a,b\r\n", 0, 0)]
    [InlineData("header-without-end.csv", "a,b", 0, 0)]
    [InlineData("blank-lines.csv", "\n\na,b\n\n1,2\n  \n\r\n", 1, 3)]
    [InlineData("one-column.csv", "a\n1\n\n2\n", 3, 0)]
    [InlineData("not-utf8.csv", "a,b\nx,\xff\ny,z\n", 1, 0, RejectCodes.InvalidUtf8)]
    [InlineData("latin-1.csv", "a,b\nx,Z\xfcrich and many a plain word\ny,z\n", 1, 0, RejectCodes.InvalidUtf8)]
    [InlineData("open-quote.csv", "a,b\n1,\"x\n2,y\n", 1, 0, RejectCodes.UnclosedQuote)]
    [InlineData("open-quote-at-end.csv", "a,b\n1,x\n2,\"", 1, 0, RejectCodes.UnclosedQuote)]
    [InlineData("quote-inside.csv", "a,b\n1,x\"y\"z\n2,\"\n", 1, 0, RejectCodes.UnclosedQuote)]
    [InlineData("after-quote.csv", "a,b\n1,\"x\"y\n2,\"x\" \n3,z\n", 1, 0, RejectCodes.MalformedCsv, RejectCodes.MalformedCsv)]
    [InlineData("nul.csv", "a,b\n1,\0\n2,this row is fine\n", 1, 0, RejectCodes.NulByte)]
    [InlineData("not-all-numbers.csv", "id,n\n1,9007199254740993\n2,1.5\n3,12345678901234567890\n4,1e400\n", 4, 0)]
    [InlineData("lines.jsonl", "{\"a\":1}\r\n\n{\"a\":2}", 2, 1)]
    [InlineData("mark.jsonl", "\u00ef\u00bb\u00bf{\"a\":1}\n", 1, 0)]
    [InlineData("mark-inside.jsonl", "{\"a\":1}\n\u00ef\u00bb\u00bf{\"a\":1}\n", 1, 0, RejectCodes.MalformedJson)]
    [InlineData("empty.jsonl", "", 0, 0)]
    [InlineData("blank.jsonl", "\n  \n\t\r\n", 0, 3)]
    [InlineData("cut.jsonl", "{\"a\":1}\n{\"a\":2", 1, 0, RejectCodes.MalformedJson)]
    [InlineData("two-on-a-line.jsonl", "{\"a\":1}{\"a\":2}\n{\"a\":3}\n", 1, 0, RejectCodes.MalformedJson)]
    [InlineData("one-over-lines.jsonl", "{\n\"a\":1}\n", 0, 0, RejectCodes.MalformedJson, RejectCodes.MalformedJson)]
    [InlineData("key-twice.jsonl", "{\"a\":1,\"a\":2}\n{\"a\":3}\n", 1, 0, RejectCodes.DuplicateKey)]
    [InlineData("nan.jsonl", "{\"a\":NaN}\n{\"a\":-Infinity}\n{\"a\":1.5}\n", 1, 0, RejectCodes.MalformedJson, RejectCodes.MalformedJson)]
    [InlineData("huge-numbers.jsonl", "{\"a\":1}\n{\"a\":1e400}\n{\"a\":1000000000000000000000000000000}\n", 3, 0)]
    [InlineData("surrogates.jsonl", "{\"a\":\"\\ud83d\\ude00\"}\n{\"a\":\"\\ud83d\"}\n{\"a\":\"\\ude00\\ud83d\"}\n", 1, 0, RejectCodes.MalformedJson, RejectCodes.MalformedJson)]
    [InlineData("scalars.jsonl", "1\n\"x\"\nnull\n[]\n{\"a\":1}\n", 1, 0, RejectCodes.NotAnObject, RejectCodes.NotAnObject, RejectCodes.NotAnObject, RejectCodes.NotAnObject)]
    [InlineData("comments.jsonl", "// why\n{\"a\":1} # why\n{\"a\":/**/1}\n{\"a\":1,}\n{\"a\":1}\n", 1, 0, RejectCodes.MalformedJson, RejectCodes.MalformedJson, RejectCodes.MalformedJson, RejectCodes.MalformedJson)]
    [InlineData("other-case.jsonl", "{\"a\":1}\n{\"A\":2}\n", 1, 0, RejectCodes.UnknownColumn)]
    [InlineData("empty-key.jsonl", "{\"a\":1}\n{\"\":2}\n{\"a\\u0000\":2}\n", 1, 0, RejectCodes.UnknownColumn, RejectCodes.UnknownColumn)]
    [InlineData("empty-objects.jsonl", "{}\n{\"a\":1}\n", 2, 0)]
    [InlineData("not-utf8.jsonl", "{\"a\":\"\xff\"}\n{\"a\":\"ok\"}\n", 1, 0, RejectCodes.InvalidUtf8)]
    [InlineData("nul.jsonl", "{\"a\":\"x\"}\0\n{\"a\":\"\\u0000\"}\n", 1, 0, RejectCodes.NulByte)]
    [InlineData("array.json", "[{\"a\":1},\n{\"a\":2}]\n", 2, 0)]
    [InlineData("mark.json", "\u00ef\u00bb\u00bf[{\"a\":1}]", 1, 0)]
    [InlineData("empty-array.json", " [ ] ", 0, 0)]
    [InlineData("trailing-comma.json", "[{\"a\":1},]", 1, 0, RejectCodes.MalformedJson)]
    [InlineData("no-comma.json", "[{\"a\":1}{\"a\":2},{\"a\":3}]", 1, 0, RejectCodes.MalformedJson)]
    [InlineData("cut.json", "[{\"a\":1},{\"a\":2", 1, 0, RejectCodes.MalformedJson)]
    [InlineData("cut-between.json", "[{\"a\":1},{\"a\":2}", 1, 0, RejectCodes.MalformedJson)]
    [InlineData("after-the-array.json", "[{\"a\":1}] [{\"a\":2}]", 1, 0, RejectCodes.MalformedJson)]
    [InlineData("form-feed.json", "[\f]", 0, 0, RejectCodes.MalformedJson)]
    [InlineData("over-lines.json", "{\n  \"a\": 1\n}\n{ \"a\":\n2 }\n", 2, 0)]
    [InlineData("over-lines-cut.json", "{\n  \"a\": 1\n}\n{ \"a\":\n2", 1, 0, RejectCodes.MalformedJson)]
    [InlineData("scalar.json", "42", 0, 0, RejectCodes.NotAnObject)]
    [InlineData("lines.json", "{\"a\":1}\n{\"a\":2\n{\"a\":3}\n", 2, 0, RejectCodes.MalformedJson)]
    [InlineData("nul.txt", "a line of text\nand one with \0\n", 1, 0, RejectCodes.NulByte)]
    public async Task Every_record_is_accepted_rejected_or_filtered_by_its_rule(string name, string content, int accepted, int filtered, params string[] codes)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();

        var report = await bench.IngestAsync(Settings, bench.File(name, Encoding.Latin1.GetBytes(content)));

        Assert.Equal((accepted + codes.Length + filtered, accepted, codes.Length, filtered), (report.Read, report.Accepted, report.Rejected, report.Filtered));
        if (accepted > 0)
            Assert.Equal(accepted, await bench.CountAsync("raw"));
        if (codes.Length == 0)
            return;
        var rejects = await bench.QueryAsync("raw__rejected", "select code, message, octet_length(raw) from {0} order by \"offset\"");
        Assert.Equal(codes, rejects.Select(reject => reject[0]));
        Assert.All(rejects, reject => Assert.Matches("\\ALine [0-9]+: [^\\p{C}]+\\z", (string)reject[1]!));
        Assert.All(
            rejects.Where(reject => !((string)reject[1]!).Contains("is missing", StringComparison.Ordinal)),
            reject => Assert.True(Convert.ToInt64(reject[2], CultureInfo.InvariantCulture) > 0));
    }

    [Theory]
    [InlineData("header-not-utf8.csv", "a,\xff\n1,2\n", "line 1: its first row, which may be its header, cannot be read. It is not text (UTF-8).")]
    [InlineData("header-with-nul.csv", "some,\0names\n1,2\n", "line 1: its first row, which may be its header, cannot be read. It is not text (UTF-8).")]
    [InlineData("header-open.csv", "\na,\"b\n1,2\n", "line 2: its first row, which may be its header, cannot be read. A quoted field does not end within 1048576 bytes.")]
    [InlineData("header-broken.csv", "a,\"b\"c\n1,2\n", "line 1: its first row, which may be its header, cannot be read. A quoted field goes on after its closing quote.")]
    [InlineData("cr-and-one-lf.csv", "a,b\r1,2\r3,4\r\n", "line 1: its first row, which may be its header, cannot be read. A line end stands outside of quotes.")]
    [InlineData("utf-16.csv", "\u00ff\u00fea\0,\0b\0\n\0", "is not text (UTF-8)")]
    [InlineData("binary.csv", "PK\u0003\u0004\0\0\0\0\0\0\0\0", "is not text (UTF-8)")]
    public async Task A_file_whose_first_row_is_no_row_or_that_is_no_text_is_refused_in_one_line(string name, string content, string reason)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();

        var refused = await Assert.ThrowsAsync<IngestionException>(() => bench.IngestAsync(Settings, bench.File(name, Encoding.Latin1.GetBytes(content))));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Empty(await bench.Catalog.DatasetsAsync());
    }

    [Fact]
    public async Task A_broken_first_row_is_rejected_like_any_other_when_there_is_said_to_be_no_header()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();

        var report = await bench.IngestAsync(Settings with { CsvHeader = CsvHeader.Absent }, bench.File("a.csv", "x,\"y\"z\n1,2\n"));

        Assert.Equal((2, 1, 1), (report.Read, report.Accepted, report.Rejected));
        Assert.Equal(["x,\"y\"z", 0L], (await bench.QueryAsync("raw__rejected", "select decode(raw), \"offset\" from {0}")).Single());
    }

    [Fact]
    public async Task As_many_columns_as_a_dataset_may_have_are_read_back_in_their_places()
    {
        const int columns = 10_000;
        await using var bench = await IngestionBench.EmbeddedAsync();
        string Row(Func<int, string> field) => string.Join(',', Enumerable.Range(0, columns).Select(field)) + "\n";
        var content = Row(i => $"c{i}") + Row(i => $"{i}") + Row(i => "") + Row(i => "x") + "1,2\n" + Row(i => $"{-i}");

        var report = await bench.IngestAsync(Settings, bench.File("wide.csv", content));

        Assert.Equal((5, 4, 1), (report.Read, report.Accepted, report.Rejected));
        Assert.Equal(
            ["0", "9997", "0", "-9997"],
            (await bench.QueryAsync("raw", "select c0, c9997 from {0} where c1 in ('1', '-1') order by _offset")).SelectMany(row => row));
    }

    [Fact]
    public async Task More_columns_than_a_dataset_may_have_are_refused_with_their_number()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var header = string.Join(',', Enumerable.Range(0, TableSchema.MaxColumns + 1).Select(i => $"c{i}")) + "\n";

        var refused = await Assert.ThrowsAsync<CatalogException>(() => bench.IngestAsync(Settings, bench.File("wider.csv", header)));

        Assert.Contains($"columns; 1 to {TableSchema.MaxColumns} are allowed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_that_the_schema_lacks_is_told_without_listing_thousands()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var schema = new TableSchema([.. Enumerable.Range(0, 5_000).Select(i => new Column($"c{i}", ColumnType.String))]);

        var refused = await Assert.ThrowsAsync<IngestionException>(
            () => bench.IngestAsync(Settings with { Schema = schema }, bench.File("a.csv", "\"two\nlines\",c1\n1,2\n")));

        Assert.Contains("has a column 'two\\u000alines' that the schema lacks: c0, c1, ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("c19 and 4980 more.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("bomb.jsonl", "[", "")]
    [InlineData("bomb.jsonl", "{\"a\":", "")]
    [InlineData("bomb.json", "[", "")]
    [InlineData("bomb.json", "[", "]")]
    [InlineData("bomb.json", "[{\"a\":", "}]")]
    [InlineData("bomb.json", "{\n\"a\":", "}")]
    public async Task A_depth_bomb_of_100_000_levels_is_one_rejected_record(string name, string open, string close)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var bomb = string.Concat(Enumerable.Repeat(open, 100_000)) + (close.Length > 0 && open.EndsWith(':') ? "1" : "") + string.Concat(Enumerable.Repeat(close, 100_000));

        var report = await bench.IngestAsync(Settings, bench.File(name, bomb));

        Assert.Equal((1, 0, 1), (report.Read, report.Accepted, report.Rejected));
        Assert.Equal(RejectCodes.MalformedJson, (await bench.QueryAsync("raw__rejected", "select code from {0}")).Single()[0]);
    }

    [Theory]
    [InlineData("long.csv", "a,b\n1,", "\n2,y\n")]
    [InlineData("long.csv", "a,b\n1,\"", "\"\n2,y\n")]
    [InlineData("long.jsonl", "{\"a\":\"", "\"}\n{\"a\":\"y\"}\n")]
    [InlineData("long.json", "[{\"a\":\"", "\"},{\"a\":\"y\"}]")]
    [InlineData("long.txt", "", "\ny\n")]
    public async Task A_very_long_record_is_rejected_by_its_beginning_and_the_next_one_is_read(string name, string before, string after)
    {
        await using var bench = await IngestionBench.EmbeddedAsync();

        var report = await bench.IngestAsync(Settings, bench.File(name, before + new string('x', 5_000_000) + after));

        Assert.Equal((2, 1, 1), (report.Read, report.Accepted, report.Rejected));
        var reject = (await bench.QueryAsync("raw__rejected", "select code, octet_length(raw), message from {0}")).Single();
        Assert.Equal((RejectCodes.TooLong, 65536L), ((string)reject[0]!, Convert.ToInt64(reject[1], CultureInfo.InvariantCulture)));
        Assert.Matches("^Line [12]: The record has 5[0-9]+ bytes; the limit is 1048576.$", (string)reject[2]!);
    }

    [Fact]
    public async Task The_sample_holds_copies_not_the_blocks_that_records_were_cut_from()
    {
        // Lines that are too long, each with a short one cut from the same block of megabytes.
        await using var bench = await IngestionBench.EmbeddedAsync();
        var path = bench.File("a.jsonl", string.Concat(Enumerable.Repeat(new string('x', 1_100_000) + "\n{\"a\":1}\n", 10)));

        var input = await InputFile.ProbeAsync(path, format: null, CancellationToken.None);
        var sample = await FileSample.FirstRecordsAsync(input, Settings, CancellationToken.None);

        Assert.Equal(20, sample.Count);
        Assert.All(sample, record => Assert.True(MemoryMarshal.TryGetArray(record.Bytes, out var held) && held.Array!.Length == record.Bytes.Length));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{ a: ", " }")]
    [InlineData("- ", "")]
    public void A_schema_file_that_is_nested_too_deep_is_refused_with_its_line(string open, string close)
    {
        var text = "columns: " + (open == "- " ? "\n  " : "") + string.Concat(Enumerable.Repeat(open, 100_000)) + "x" + string.Concat(Enumerable.Repeat(close, 100_000));

        var refused = Assert.Throws<IngestionException>(() => SchemaFile.Parse(text));

        Assert.Matches("^line [12]: nested deeper than 16 levels.$", refused.Message);
    }
}
