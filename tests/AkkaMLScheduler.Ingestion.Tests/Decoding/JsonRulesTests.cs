using System.Text;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Tests.Decoding;

public sealed class JsonRulesTests
{
    private static readonly TableSchema Typed = new(
        new Column("s", ColumnType.String),
        new Column("i", ColumnType.Int64),
        new Column("f", ColumnType.Float64));

    [Theory]
    [InlineData("""{"i":9223372036854775807}""", "i", long.MaxValue)]
    [InlineData("""{"i":2.0}""", "i", 2L)]
    [InlineData("""{"i":2e3}""", "i", 2000L)]
    [InlineData("""{"i":-0}""", "i", 0L)]
    [InlineData("""{"i":1e18}""", "i", 1_000_000_000_000_000_000L)]
    [InlineData("""{"f":-0}""", "f", -0.0)]
    [InlineData("""{"f":1e30}""", "f", 1e30)]
    [InlineData("""{"f":1e-400}""", "f", 0.0)]
    [InlineData("""{"f":0.1000000000000000055511151231257827}""", "f", 0.1)]
    [InlineData("""{"f":-9007199254740991}""", "f", -9007199254740991d)]
    [InlineData("""{"s":1e400}""", "s", "1e400")]
    [InlineData("""{"s":1000000000000000000000000000000}""", "s", "1000000000000000000000000000000")]
    [InlineData("""{"s":-0}""", "s", "-0")]
    [InlineData("""{"s":"\u0000"}""", "s", "\0")]
    [InlineData("""{"s":{"deep":"\ud800"}}""", "s", """{"deep":"\ud800"}""")]
    [InlineData("""{"s":[1 , {"a":1,"a":2}]}""", "s", """[1 , {"a":1,"a":2}]""")]
    [InlineData("""{"s":""}""", "s", "")]
    public void A_value_lands_as_it_is_written(string line, string column, object value)
    {
        var decoded = Decode(line);

        Assert.Empty(decoded.Rejects);
        var landed = decoded.Rows[Typed.IndexOf(column)].Value(0);
        Assert.Equal(value, landed);
        if (value is double real)
            Assert.Equal(double.IsNegative(real), double.IsNegative((double)landed!));
    }

    [Theory]
    [InlineData("""{"i":1.5}""", "Line 1: Column 'i' cannot hold 1.5 as Int64.")]
    [InlineData("""{"i":1.000000000000000005}""", "Line 1: Column 'i' cannot hold 1.000000000000000005 as Int64.")]
    [InlineData("""{"i":1000000000000000000000000000000}""", "Line 1: Column 'i' cannot hold 1000000000000000000000000000000 as Int64.")]
    [InlineData("""{"i":1e400}""", "Line 1: Column 'i' cannot hold 1e400 as Int64.")]
    [InlineData("""{"f":1e400}""", "Line 1: Column 'f' cannot hold 1e400 as Float64.")]
    [InlineData("""{"f":-1e400}""", "Line 1: Column 'f' cannot hold -1e400 as Float64.")]
    [InlineData("""{"f":-9007199254740992}""", "Line 1: Column 'f' cannot hold -9007199254740992 as Float64.")]
    [InlineData("""{"f":9007199254740993}""", "Line 1: Column 'f' cannot hold 9007199254740993 as Float64.")]
    [InlineData("""{"f":1000000000000000000000000000001}""", "Line 1: Column 'f' cannot hold 1000000000000000000000000000001 as Float64.")]
    [InlineData("""{"f":"NaN"}""", "Line 1: Column 'f' cannot hold 'NaN' as Float64.")]
    [InlineData("""{"i":[1]}""", "Line 1: Column 'i' cannot hold '[1]' as Int64.")]
    public void A_value_that_its_type_would_change_is_rejected(string line, string message)
        => Assert.Equal(new Fault(RejectCodes.TypeMismatch, message), Decode(line).Rejects.Single().Fault);

    [Theory]
    [InlineData("""{"f":NaN}""")]
    [InlineData("""{"f":Infinity}""")]
    [InlineData("""{"f":-Infinity}""")]
    [InlineData("""{"i":01}""")]
    [InlineData("""{"i":+1}""")]
    [InlineData("""{"i":.5}""")]
    [InlineData("""{"i":1.}""")]
    [InlineData("""{"i":0x1F}""")]
    [InlineData("""{"s":"\ud800"}""")]
    [InlineData("""{"s":"\udc00\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"s":"\x41"}""")]
    [InlineData("{\"s\":\"tab\there\"}")]
    [InlineData("""{'s':'x'}""")]
    [InlineData("""{s:1}""")]
    [InlineData("""{"s":1,}""")]
    [InlineData("""{"s":[1,]}""")]
    [InlineData("""{"s":1 "i":2}""")]
    [InlineData("""{"s":1}{"s":2}""")]
    [InlineData("""{"s":1} {"s":2}""")]
    [InlineData("""{"s":1} x""")]
    [InlineData("""{"s":1} // why""")]
    [InlineData("""{"s":/* why */1}""")]
    [InlineData("""# why""")]
    [InlineData("""{"s":1""")]
    [InlineData("""{"s":"cut of""")]
    [InlineData("""{"s":tru""")]
    [InlineData("""{"s":""")]
    [InlineData("""{""")]
    [InlineData("""{"s":1]""")]
    [InlineData("""[1""")]
    [InlineData("""[1] 2""")]
    [InlineData("True")]
    [InlineData("\f")]
    [InlineData("\u00a0")]
    public void What_is_not_JSON_is_rejected_with_the_place(string line)
    {
        var reject = Assert.Single(Decode(line).Rejects);

        Assert.Equal(RejectCodes.MalformedJson, reject.Fault.Code);
        Assert.Matches("^Line 1: .+", reject.Fault.Message);
        Assert.DoesNotContain("LineNumber", reject.Fault.Message);
        Assert.Equal(line, Encoding.UTF8.GetString(reject.Record.Bytes.Span));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-0.5e3")]
    [InlineData("1e400")]
    [InlineData("\"text\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""[{"s":1}]""")]
    public void A_value_that_is_no_object_is_rejected_as_such(string line)
        => Assert.Equal(new Fault(RejectCodes.NotAnObject, "Line 1: The JSON value is not an object."), Decode(line).Rejects.Single().Fault);

    [Theory]
    [InlineData("""{"s":1,"s":1}""", "Line 1: The key 's' stands twice.")]
    [InlineData("""{"s":null,"i":1,"s":"x"}""", "Line 1: The key 's' stands twice.")]
    [InlineData("""{"s":1,"\u0073":1}""", "Line 1: The key 's' stands twice.")]
    public void One_key_twice_is_rejected_also_when_it_is_spelled_otherwise(string line, string message)
        => Assert.Equal(new Fault(RejectCodes.DuplicateKey, message), Decode(line).Rejects.Single().Fault);

    [Theory]
    [InlineData("""{"S":1}""", "Line 1: The schema has no column 'S'.")]
    [InlineData("""{"":1}""", "Line 1: The schema has no column ''.")]
    [InlineData("""{"a\nb\u0000":1}""", "Line 1: The schema has no column 'a\\u000ab\\u0000'.")]
    public void A_key_that_the_schema_lacks_is_rejected_in_one_line(string line, string message)
        => Assert.Equal(new Fault(RejectCodes.UnknownColumn, message), Decode(line).Rejects.Single().Fault);

    [Theory]
    [InlineData("[", "]", 63, true)]
    [InlineData("[", "]", 64, false)]
    [InlineData("[", "]", 100_000, false)]
    [InlineData("{\"a\":", "}", 62, true)]
    [InlineData("{\"a\":", "}", 100_000, false)]
    [InlineData("[", "", 100_000, false)]
    [InlineData("{\"a\":", "", 100_000, false)]
    public void A_depth_bomb_is_rejected_and_what_is_64_deep_is_kept(string open, string close, int times, bool accepted)
    {
        var inner = string.Concat(Enumerable.Repeat(open, times)) + (open == "[" ? "" : "1") + string.Concat(Enumerable.Repeat(close, times));

        var decoded = Decode($$"""{"s":{{inner}}}""");

        Assert.Equal(accepted ? [] : [RejectCodes.MalformedJson], decoded.Rejects.Select(reject => reject.Fault.Code));
        Assert.Equal(accepted ? 1 : 0, decoded.Rows.Count);
    }

    [Fact]
    public void The_place_of_an_error_is_told_as_a_person_counts()
    {
        Assert.EndsWith("(byte 6 of the record)", Decode("""{"s":x}""").Rejects.Single().Fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("(line 2, byte 5 of the record)", Decode("{\n\"s\":x}").Rejects.Single().Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_very_many_columns_each_key_finds_its_own_in_any_order()
    {
        var schema = new TableSchema([.. Enumerable.Range(0, 1_000).Select(i => new Column($"c{i}", ColumnType.Int64))]);
        var line = "{" + string.Join(',', Enumerable.Range(0, 1_000).Reverse().Select(i => $"\"\\u0063{i}\":{i}")) + "}";

        var decoded = new JsonDecoder(schema).Decode([new SourceRecord(Encoding.UTF8.GetBytes(line), "", 0, 1, null)]);

        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => (object?)(long)i), decoded.Rows.Columns.Select(column => column.Value(0)));
        Assert.Equal(
            RejectCodes.UnknownColumn,
            new JsonDecoder(schema).Decode([new SourceRecord("{\"c1000\":1}"u8.ToArray(), "", 0, 1, null)]).Rejects.Single().Fault.Code);
    }

    [Fact]
    public void Keys_that_cannot_name_a_column_are_not_inferred()
    {
        string[] lines = ["""{"id":1,"":2,"ID":"x","a\u0000b":3}""", $$"""{"{{new string('k', 256)}}":1,"big":12345678901234567890,"beyond":1e400}"""];

        var schema = SchemaInference.FromJson(lines.Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)));

        Assert.Equal("id Int64, big String, beyond String", schema.ToString());
    }

    private static DecodedRecords Decode(string line)
        => new JsonDecoder(Typed).Decode([new SourceRecord(Encoding.UTF8.GetBytes(line), "", 0, 1, null)]);
}
