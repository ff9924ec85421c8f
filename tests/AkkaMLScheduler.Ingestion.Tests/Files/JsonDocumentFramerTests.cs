using System.Text;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Files;

namespace AkkaMLScheduler.Ingestion.Tests.Files;

public sealed class JsonDocumentFramerTests
{
    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("\uFEFF[ ]\n", "")]
    [InlineData("[{\"a\":1}]", "{\"a\":1}")]
    [InlineData(" [ {\"a\":[1,2]} ,\n {\"b\":\"],[\\\"}\"} ] ", "{\"a\":[1,2]} ", "{\"b\":\"],[\\\"}\"} ")]
    [InlineData("[1, \"x\", null]", "1", "\"x\"", "null")]
    public async Task Elements_come_out_as_they_stand(string text, params string[] elements)
    {
        var records = await ReadAsync(text);

        Assert.All(records, record => Assert.Null(record.Fault));
        Assert.Equal(elements.Where(element => element.Length > 0), records.Select(record => Encoding.UTF8.GetString(record.Bytes.Span)));
    }

    [Theory]
    [InlineData("[1,2", "2", "The JSON array has no end.", 1)]
    [InlineData("[", "", "The JSON array has no end.", 1)]
    [InlineData("[1,\n", "", "The JSON array has no end.", 2)]
    [InlineData("[{\"a\":\"", "{\"a\":\"", "The JSON array has no end.", 1)]
    [InlineData("[1,]", "", "An element of the JSON array is missing.", 1)]
    [InlineData("[,1]", "", "An element of the JSON array is missing.", 1)]
    [InlineData("[1]\n[2]", "[2]", "This stands outside the JSON array.", 2)]
    [InlineData("[1]]", "]", "This stands outside the JSON array.", 1)]
    [InlineData("[1,,2]", "", "An element of the JSON array is missing.", 1)]
    [InlineData("[[1],[2]", "[2]", "The JSON array has no end.", 1)]
    public async Task What_is_no_element_is_a_record_with_a_fault(string text, string bytes, string message, long line)
    {
        var fault = Assert.Single(await ReadAsync(text), record => record.Fault is not null);

        Assert.Equal((RejectCodes.MalformedJson, message), (fault.Fault!.Code, fault.Fault.Message));
        Assert.Equal(line, fault.Line);
        Assert.Equal(bytes, Encoding.UTF8.GetString(fault.Bytes.Span));
    }

    [Theory]
    [InlineData("{\"a\":1}", "{\"a\":1}")]
    [InlineData("\uFEFF\n{\n  \"a\": [1,\n  {\"b\": \"} ]\"}]\n}\n{\"c\":2} ", "{\n  \"a\": [1,\n  {\"b\": \"} ]\"}]\n}", "{\"c\":2}")]
    [InlineData("{}{\"a\":1}42 \"x y\"\tnull", "{}", "{\"a\":1}", "42", "\"x y\"", "null")]
    [InlineData("{\"a\":1},{\"a\":2}", "{\"a\":1}", ",{\"a\":2}")]
    [InlineData("{}}", "{}", "}")]
    [InlineData("1]", "1]")]
    [InlineData("{\"a\":\"\\\"}\"} {\"a\"", "{\"a\":\"\\\"}\"}", "{\"a\"")]
    public async Task Values_that_stand_one_after_another_come_out_as_they_stand(string text, params string[] values)
    {
        var records = await ReadAsync(text);

        Assert.All(records, record => Assert.Null(record.Fault));
        Assert.Equal(values, records.Select(record => Encoding.UTF8.GetString(record.Bytes.Span)));
    }

    [Fact]
    public async Task Each_value_has_the_line_at_which_it_starts()
    {
        Assert.Equal([2L, 3L, 5L], (await ReadAsync("[\n1,\n{\n},\n2]")).Select(record => record.Line));
        Assert.Equal([2L, 4L, 4L], (await ReadAsync("\n{\n}\n{} {}")).Select(record => record.Line));
    }

    [Theory]
    [InlineData("[", ",", "]")]
    [InlineData("", "\n", "")]
    public async Task Cutting_does_not_depend_on_where_blocks_end(string open, string between, string close)
    {
        // Values of 20 to 1,000 bytes with escapes and brackets in their strings cross the 80 KiB blocks at every kind of place.
        var values = Enumerable.Range(0, 2_000).Select(i => $$"""{"a":["{{new string('\\', i % 5 * 2)}}\"}],{{new string('z', i * 31 % 997)}}",{}]}""").ToList();

        var records = await ReadAsync(open + string.Join(between, values) + close, limit: 4096);

        Assert.Equal(values, records.Select(record => Encoding.UTF8.GetString(record.Bytes.Span)));
        Assert.All(records, record => Assert.Null(record.Fault));
    }

    [Fact]
    public async Task An_element_beyond_the_limit_is_kept_by_its_beginning_and_the_next_is_found()
    {
        var records = await ReadAsync($"[\"{new string('x', 200_000)}\",7]", limit: 100_000);

        Assert.Equal((RejectCodes.TooLong, RecordFramer.KeptBytes), (records[0].Fault?.Code, records[0].Bytes.Length));
        Assert.Equal("7", Encoding.UTF8.GetString(records[1].Bytes.Span));
    }

    [Theory]
    [InlineData("[\"never closed ", "The JSON array has no end. Of its 10000014 bytes the first 65536 are kept.")]
    [InlineData("[1] stray ", "This stands outside the JSON array. Of its 10000006 bytes the first 65536 are kept.")]
    [InlineData("{\"never closed\": ", "The record has 10000017 bytes; the limit is 100000.")]
    public async Task Of_a_document_without_an_end_only_the_beginning_is_held(string text, string message)
    {
        var last = (await ReadAsync(text + new string('[', 10_000_000), limit: 100_000))[^1];

        Assert.Equal((message, RecordFramer.KeptBytes), (last.Fault?.Message, last.Bytes.Length));
    }

    private static async Task<List<SourceRecord>> ReadAsync(string text, int limit = 1024)
    {
        var framer = new JsonDocumentFramer(new MemoryStream(Encoding.UTF8.GetBytes(text)), limit);
        var all = new List<SourceRecord>();
        while (await framer.ReadAsync(CancellationToken.None) is { } records)
            all.AddRange(records);
        return all;
    }
}
