using System.Text;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Tests.Decoding;

public sealed class DecoderTests
{
    private static readonly TableSchema Mixed = new(
        new Column("id", ColumnType.String),
        new Column("n", ColumnType.Int64),
        new Column("x", ColumnType.Float64),
        new Column("b", ColumnType.Boolean),
        new Column("t", ColumnType.Timestamp));

    [Theory]
    [InlineData("""{"id":"a","n":1,"x":1.5,"b":true,"t":"2024-01-02T03:04:05Z"}""", null)]
    [InlineData("""{"id":17,"n":null}""", null)]
    [InlineData("""{"id":{"deep":[1,2]},"n":2.0}""", null)]
    [InlineData("""{}""", null)]
    [InlineData("""{"id":"a","n":1""", RejectCodes.MalformedJson)]
    [InlineData("""{"id":"a"} trailing""", RejectCodes.MalformedJson)]
    [InlineData("""{"x":NaN}""", RejectCodes.MalformedJson)]
    [InlineData("""{"id":"\ud800"}""", RejectCodes.MalformedJson)]
    [InlineData("""not json""", RejectCodes.MalformedJson)]
    [InlineData("""["id"]""", RejectCodes.NotAnObject)]
    [InlineData("""5""", RejectCodes.NotAnObject)]
    [InlineData("""{"id":"a","id":"b"}""", RejectCodes.DuplicateKey)]
    [InlineData("""{"other":1}""", RejectCodes.UnknownColumn)]
    [InlineData("""{"n":1.5}""", RejectCodes.TypeMismatch)]
    [InlineData("""{"n":9223372036854775808}""", RejectCodes.TypeMismatch)]
    [InlineData("""{"x":1e999}""", RejectCodes.TypeMismatch)]
    [InlineData("""{"b":"maybe"}""", RejectCodes.TypeMismatch)]
    [InlineData("""{"t":"soon"}""", RejectCodes.TypeMismatch)]
    public void Json_is_accepted_or_rejected_with_its_reason(string line, string? code)
        => Assert.Equal(code, Decode(new JsonDecoder(Mixed), line).Single().Fault?.Code);

    [Theory]
    [InlineData(63, null)]
    [InlineData(64, RejectCodes.MalformedJson)]
    [InlineData(100_000, RejectCodes.MalformedJson)]
    public void Json_may_be_nested_64_deep(int arrays, string? code)
        => Assert.Equal(code, Decode(new JsonDecoder(Mixed), $$"""{"id":{{new string('[', arrays)}}{{new string(']', arrays)}}}""").Single().Fault?.Code);

    [Fact]
    public void A_text_column_keeps_the_json_text_of_other_values()
    {
        var records = Decode(new JsonDecoder(Mixed), """{"id":17}""", """{"id":1.50}""", """{"id":{"a":[1, 2]}}""", """{"id":"\u00e9\n"}""");
        Assert.Equal(["17", "1.50", "{\"a\":[1, 2]}", "é\n"], records.Select(record => record.Fields![0]));
    }

    [Fact]
    public void Only_the_csv_rows_to_blame_are_rejected()
    {
        var decoder = new CsvDecoder(CsvLayout.Map("f", RecordSchemas.Text, ["id", "text"], hasHeader: true, ','), ["", "NA"]);
        var records = Decode(decoder, "1,plain", "2,\"a \"\"b\"\", c\"", "3", "4,x,y", "#5,not a comment", "", "6,\"bad\"tail", ",no id", "7,NA", "8,end");
        Assert.Equal(
            [null, null, RejectCodes.FieldCount, RejectCodes.FieldCount, null, null, RejectCodes.MalformedCsv, null, RejectCodes.MissingValue, null],
            records.Select(record => record.Fault?.Code));
        Assert.True(records[5].IsFiltered);
        Assert.Equal("a \"b\", c", records[1].Fields![1]);
        Assert.Equal("#5", records[4].Fields![0]);
        Assert.Null(records[7].Fields![0]);
        Assert.Equal("end", records[9].Fields![1]);
    }

    [Fact]
    public void Csv_fields_keep_blanks_and_line_ends()
    {
        var decoder = new CsvDecoder(CsvLayout.Map("f", RecordSchemas.Text, ["text", "id"], hasHeader: true, ','), []);
        var records = Decode(decoder, "\" a\r\nb \", 7 ", "\"\",x");
        Assert.Equal((" a\r\nb ", " 7 "), (records[0].Fields![1], records[0].Fields![0]));
        Assert.Equal("", records[1].Fields![1]);
    }

    [Fact]
    public void Text_keeps_a_line_as_it_is_and_filters_blank_ones()
    {
        var records = Decode(new TextDecoder(RecordSchemas.Text), "t17 Some text ", "", " \t", "x");
        Assert.Equal("t17 Some text ", records[0].Fields![1]);
        Assert.Null(records[0].Fields![0]);
        Assert.Equal([false, true, true, false], records.Select(record => record.IsFiltered));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_rejected_with_the_bytes_kept()
    {
        byte[] bytes = [0x61, 0xff, 0x62];
        foreach (var decoder in (RecordDecoder[])[new TextDecoder(RecordSchemas.Text), new JsonDecoder(RecordSchemas.Text)])
        {
            var reject = decoder.Decode([new SourceRecord(bytes, "", 0, 1, null)]).Rejects.Single();
            Assert.Equal(RejectCodes.InvalidUtf8, reject.Fault.Code);
            Assert.Equal(bytes, reject.Record.Bytes.ToArray());
        }
    }

    [Fact]
    public void A_faulty_record_leaves_nothing_in_the_columns()
    {
        var records = Decode(
            new JsonDecoder(Mixed),
            """{"id":"a","n":1,"t":"2024-01-02"}""",
            """{"id":"gone","n":2,"x":1.5,"b":"maybe"}""",
            """{"b":false,"x":2.5,"id":"cut of""",
            """{"x":3,"id":"b"}""");
        Assert.Equal(["a", 1L, null, null, new DateTimeOffset(2024, 1, 2, 0, 0, 0, TimeSpan.Zero)], records[0].Fields!);
        Assert.Equal([RejectCodes.TypeMismatch, RejectCodes.MalformedJson], records.Skip(1).Take(2).Select(record => record.Fault?.Code));
        Assert.Equal(["b", null, 3.0, null, null], records[3].Fields!);
    }

    [Fact]
    public void Of_several_faults_that_of_the_first_column_is_told()
    {
        var record = Decode(new JsonDecoder(Mixed), """{"t":"soon","b":3,"n":"many","x":"x"}""").Single();
        Assert.Equal(new Fault(RejectCodes.TypeMismatch, "Line 1: Column 'n' cannot hold 'many' as Int64."), record.Fault);
    }

    [Fact]
    public void Keys_may_stand_in_any_order_and_strings_be_escaped_in_any_column()
    {
        var record = Decode(new JsonDecoder(Mixed), """{"b":"tr\u0075e","n":"\u0034\u0032","i\u0064":"q\"\ud83d\ude00"}""").Single();
        Assert.Equal(["q\"😀", 42L, null, true, null], record.Fields!);
    }

    [Fact]
    public void Types_are_read_off_a_sample()
    {
        var schema = SchemaInference.FromRows(
            ["whole", "real", "flag", "text", "code", "empty"],
            [["1", "1", "true", "x", "007", "NA"], ["NA", "2.5", "FALSE", "1", "8", ""], ["-3", "1e3", "NA", "", "9", "NA"]],
            ["", "NA"]);
        Assert.Equal(
            [ColumnType.Int64, ColumnType.Float64, ColumnType.Boolean, ColumnType.String, ColumnType.String, ColumnType.String],
            schema.Columns.Select(column => column.Type));
    }

    [Fact]
    public void Json_types_are_read_off_a_sample()
    {
        string[] lines = ["""{"a":1,"b":"x","c":null}""", """{"a":1.5,"d":true,"b":2}""", "broken", "[1]"];
        var schema = SchemaInference.FromJson(lines.Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)));
        Assert.Equal("a Float64, b String, c String, d Boolean", schema.ToString());
    }

    private static List<Outcome> Decode(RecordDecoder decoder, params string[] lines)
    {
        var decoded = decoder.Decode([.. lines.Select((line, i) => new SourceRecord(Encoding.UTF8.GetBytes(line), "", i, i + 1, null))]);
        var outcomes = lines.Select(_ => new Outcome(null, null)).ToList();
        foreach (var (record, fault) in decoded.Rejects)
            outcomes[(int)record.Offset] = new Outcome(null, fault);
        for (var row = 0; row < decoded.Accepted.Count; row++)
            outcomes[decoded.Accepted[row]] = new Outcome([.. decoded.Rows.Columns.Select(column => column.Value(row))], null);
        Assert.Equal(decoded.Filtered, outcomes.Count(outcome => outcome.IsFiltered));
        return outcomes;
    }

    private sealed record Outcome(object?[]? Fields, Fault? Fault)
    {
        public bool IsFiltered => Fields is null && Fault is null;
    }
}
