using System.Text;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Tests.Decoding;

public sealed class CsvRulesTests
{
    private static readonly TableSchema Two = new(new Column("a", ColumnType.String), new Column("b", ColumnType.String));

    [Theory]
    [InlineData("x,y", "x", "y")]
    [InlineData("\"x\",\"y\"", "x", "y")]
    [InlineData("\"x,y\",z", "x,y", "z")]
    [InlineData("\"x\ny\",\"\r\n\"", "x\ny", "\r\n")]
    [InlineData("\"x\ry\",z", "x\ry", "z")]
    [InlineData("\"a \"\"b\"\"\",\"\"\"\"", "a \"b\"", "\"")]
    [InlineData("\"\"\"\"\"\",x", "\"\"", "x")]
    [InlineData("x \"quoted\" word,7\" of rain", "x \"quoted\" word", "7\" of rain")]
    [InlineData(" \"x\",y", " \"x\"", "y")]
    [InlineData(" x , y ", " x ", " y ")]
    [InlineData("\",\",;", ",", ";")]
    [InlineData("#x,--", "#x", "--")]
    [InlineData(",", "", "")]
    [InlineData("\"\",\"\"", "", "")]
    [InlineData("é,\U0001F600", "é", "\U0001F600")]
    public void A_row_is_cut_by_the_rules_of_RFC_4180_and_a_lone_quote_inside_a_field_is_a_character(string row, string a, string b)
    {
        var decoded = Decode(row);

        Assert.Empty(decoded.Rejects);
        Assert.Equal([a, b], decoded.Rows.Columns.Select(column => column.Value(0)));
        Assert.Equal([a, b], CsvDecoder.ParseRow(Encoding.UTF8.GetBytes(row), ',', out _)!);
    }

    [Theory]
    [InlineData("x", RejectCodes.FieldCount, "Line 1: The row has 1 fields; 2 are expected.")]
    [InlineData("x,y,", RejectCodes.FieldCount, "Line 1: The row has 3 fields; 2 are expected.")]
    [InlineData("\"x\" ,y", RejectCodes.MalformedCsv, "Line 1: A quoted field goes on after its closing quote. (field 1)")]
    [InlineData("x,\"a\"b\"", RejectCodes.MalformedCsv, "Line 1: A quoted field goes on after its closing quote. (field 2)")]
    [InlineData("x,\"y", RejectCodes.MalformedCsv, "Line 1: A quoted field has no end. (field 2)")]
    [InlineData("x,\"", RejectCodes.MalformedCsv, "Line 1: A quoted field has no end. (field 2)")]
    [InlineData("x\ry,z", RejectCodes.MalformedCsv, "Line 1: A line end stands outside of quotes. (field 1)")]
    [InlineData("x,y\r", RejectCodes.MalformedCsv, "Line 1: A line end stands outside of quotes. (field 2)")]
    [InlineData("x,y\nz", RejectCodes.MalformedCsv, "Line 1: A line end stands outside of quotes. (field 2)")]
    [InlineData("x,\0", RejectCodes.NulByte, "Line 1: There is a NUL byte, which is no text.")]
    [InlineData("\"x\",\"\0\"", RejectCodes.NulByte, "Line 1: There is a NUL byte, which is no text.")]
    public void What_breaks_a_rule_is_rejected_with_the_rule_and_its_bytes(string row, string code, string message)
    {
        var reject = Assert.Single(Decode(row).Rejects);

        Assert.Equal(new Fault(code, message), reject.Fault);
        Assert.Equal(row, Encoding.UTF8.GetString(reject.Record.Bytes.Span));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'x', (byte)',', 0xff }, "a byte that UTF-8 never has")]
    [InlineData(new byte[] { (byte)'x', (byte)',', 0xc3 }, "a character cut in half")]
    [InlineData(new byte[] { (byte)'x', (byte)',', 0xc0, 0xaf }, "an overlong slash")]
    [InlineData(new byte[] { (byte)'x', (byte)',', 0xed, 0xa0, 0x80 }, "half of a surrogate pair")]
    [InlineData(new byte[] { (byte)'x', (byte)',', 0xf4, 0x90, 0x80, 0x80 }, "beyond Unicode")]
    public void Bytes_that_are_not_UTF_8_are_rejected_as_they_came(byte[] row, string what)
    {
        var reject = Assert.Single(Decoder().Decode([new SourceRecord(row, "", 4, 5, null)]).Rejects);

        Assert.True(reject.Fault == new Fault(RejectCodes.InvalidUtf8, "Line 5: The bytes are not UTF-8."), what);
        Assert.Equal(row, reject.Record.Bytes.ToArray());
        Assert.Equal(4L, reject.Record.Offset);
    }

    [Fact]
    public void An_empty_line_is_filtered_but_in_a_file_of_one_column_it_is_an_empty_field()
    {
        var one = new CsvDecoder(CsvLayout.Map("f", new TableSchema(new Column("a", ColumnType.String)), ["a"], hasHeader: true, ','), [""]);
        SourceRecord[] lines = [new(default, "", 0, 1, null), new("  "u8.ToArray(), "", 1, 2, null)];

        var ofTwo = Decoder().Decode(lines);
        var ofOne = one.Decode(lines);

        Assert.Equal((2, 0, 0), (ofTwo.Filtered, ofTwo.Accepted.Count, ofTwo.Rejects.Count));
        Assert.Equal((0, 2, 0), (ofOne.Filtered, ofOne.Accepted.Count, ofOne.Rejects.Count));
        Assert.Equal([null, "  "], Enumerable.Range(0, 2).Select(ofOne.Rows[0].Value));
    }

    [Theory]
    [InlineData("9007199254740993", ColumnType.Float64, null)]
    [InlineData("1000000000000000000000000000000", ColumnType.Float64, null)]
    [InlineData("9007199254740992", ColumnType.Float64, null)]
    [InlineData("9007199254740991", ColumnType.Float64, 9007199254740991d)]
    [InlineData("1e30", ColumnType.Float64, 1e30)]
    [InlineData("0.1000000000000000055511151231257827", ColumnType.Float64, 0.1)]
    [InlineData("1e400", ColumnType.Float64, null)]
    [InlineData("NaN", ColumnType.Float64, null)]
    [InlineData("-Infinity", ColumnType.Float64, null)]
    [InlineData("9223372036854775807", ColumnType.Int64, long.MaxValue)]
    [InlineData("9223372036854775808", ColumnType.Int64, null)]
    [InlineData("1.0", ColumnType.Int64, null)]
    [InlineData("2147483648", ColumnType.Int32, null)]
    public void A_number_that_its_type_would_change_is_rejected(string text, ColumnType type, object? value)
    {
        var decoder = new CsvDecoder(CsvLayout.Map("f", new TableSchema(new Column("n", type)), ["n"], hasHeader: true, ','), []);

        var decoded = decoder.Decode([new SourceRecord(Encoding.UTF8.GetBytes(text), "", 0, 1, null)]);

        if (value is null)
            Assert.Equal(new Fault(RejectCodes.TypeMismatch, $"Line 1: Column 'n' cannot hold '{text}' as {type}."), decoded.Rejects.Single().Fault);
        else
            Assert.Equal(value, decoded.Rows[0].Value(0));
    }

    [Fact]
    public void A_message_is_one_short_line_whatever_the_field_holds()
    {
        var decoder = new CsvDecoder(CsvLayout.Map("f", new TableSchema(new Column("n", ColumnType.Int64)), ["n"], hasHeader: true, ','), []);
        var field = "\"a\nb\u001b[31m\u202e" + string.Concat(Enumerable.Repeat("\U0001F600", 100_000)) + "\"";

        var message = decoder.Decode([new SourceRecord(Encoding.UTF8.GetBytes(field), "", 0, 1, null)]).Rejects.Single().Fault.Message;

        Assert.StartsWith("Line 1: Column 'n' cannot hold 'a\\u000ab\\u001b[31m\\u202e\U0001F600", message, StringComparison.Ordinal);
        Assert.EndsWith("\U0001F600…' as Int64.", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 60, 150);
    }

    [Fact]
    public void Numbers_with_more_digits_than_their_type_are_inferred_as_text()
    {
        var schema = SchemaInference.FromRows(
            ["huge", "mixed", "whole", "real", "beyond"],
            [["12345678901234567890", "9007199254740993", "9007199254740993", "1.5", "1e400"], ["1", "0.5", "1", "3", "1"]],
            []);

        Assert.Equal("huge String, mixed String, whole Int64, real Float64, beyond String", schema.ToString());
    }

    private static CsvDecoder Decoder() => new(CsvLayout.Map("f", Two, ["a", "b"], hasHeader: true, ','), []);

    private static DecodedRecords Decode(string row) => Decoder().Decode([new SourceRecord(Encoding.UTF8.GetBytes(row), "", 0, 1, null)]);
}
