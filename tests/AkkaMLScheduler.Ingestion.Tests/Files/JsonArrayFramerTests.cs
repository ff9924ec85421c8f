using System.Text;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Files;

namespace AkkaMLScheduler.Ingestion.Tests.Files;

public sealed class JsonArrayFramerTests
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
    [InlineData("[1,2", "2", "Line 1: The JSON array has no end.")]
    [InlineData("[", "", "Line 1: The JSON array has no end.")]
    [InlineData("[1,\n", "", "Line 2: The JSON array has no end.")]
    [InlineData("[{\"a\":\"", "{\"a\":\"", "Line 1: The JSON array has no end.")]
    [InlineData("[1,]", "", "Line 1: An element of the JSON array is missing.")]
    [InlineData("[,1]", "", "Line 1: An element of the JSON array is missing.")]
    [InlineData("[1]\n[2]", "[2]", "Line 2: This stands outside the JSON array.")]
    [InlineData("{\"a\":1}", "{\"a\":1}", "Line 1: This stands outside the JSON array.")]
    public async Task What_is_no_element_is_a_record_with_a_fault(string text, string bytes, string message)
    {
        var fault = Assert.Single(await ReadAsync(text), record => record.Fault is not null);

        Assert.Equal((RejectCodes.MalformedJson, message), (fault.Fault!.Code, fault.Fault.Message));
        Assert.Equal(bytes, Encoding.UTF8.GetString(fault.Bytes.Span));
    }

    [Fact]
    public async Task An_element_beyond_the_limit_is_kept_by_its_beginning_and_the_next_is_found()
    {
        var records = await ReadAsync($"[\"{new string('x', 200_000)}\",7]", limit: 100_000);

        Assert.Equal((RejectCodes.TooLong, RecordFramer.KeptBytes), (records[0].Fault?.Code, records[0].Bytes.Length));
        Assert.Equal("7", Encoding.UTF8.GetString(records[1].Bytes.Span));
    }

    private static async Task<List<SourceRecord>> ReadAsync(string text, int limit = 1024)
    {
        var framer = new JsonArrayFramer(new MemoryStream(Encoding.UTF8.GetBytes(text)), limit);
        var all = new List<SourceRecord>();
        while (await framer.ReadAsync(CancellationToken.None) is { } records)
            all.AddRange(records);
        return all;
    }
}
