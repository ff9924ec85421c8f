using System.Globalization;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

public sealed class SchemaFileTests
{
    private const string Penguins = """
        columns:
          - { name: species, from: Species, take: first-word, nullable: false }
          - { name: island, from: Island, nullable: false }
          - { name: bill_length_mm, type: float64, from: Culmen Length (mm) }
          - { name: bill_depth_mm, type: float64, from: Culmen Depth (mm) }
          - { name: flipper_length_mm, type: int32, from: Flipper Length (mm) }
          - { name: body_mass_g, type: int32, from: Body Mass (g) }
          - { name: sex, from: Sex, take: lower }
          - { name: year, type: int32, from: Date Egg, take: year, nullable: false }
        otherFields: drop
        """;

    [SkippableFact]
    public async Task The_raw_penguins_become_the_clean_ones()
    {
        var file = SharedData.Require("penguins", "penguins_raw.csv");
        var clean = await File.ReadAllLinesAsync(SharedData.Require("penguins", "penguins.csv"));
        await using var bench = await IngestionBench.EmbeddedAsync();

        var report = await bench.IngestAsync(Settings(Penguins), file);

        Assert.Equal((344, 344, 0), (report.Read, report.Accepted, report.Rejected));
        var rows = await bench.QueryAsync("raw", "select * exclude (_source, _offset) from {0} order by _offset");
        Assert.Equal(clean[1..], rows.Select(row => string.Join(',', row.Select(value => value is null ? "NA" : Convert.ToString(value, CultureInfo.InvariantCulture)))));
        Assert.Equal(clean[0], string.Join(',', RecordSchemas.Columns((await bench.Catalog.FindAsync("raw"))!.Schema).Columns.Select(column => column.Name)));
    }

    [Fact]
    public async Task Keys_of_JSON_are_mapped_too_and_a_value_without_the_part_is_rejected()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var file = bench.File("a.jsonl", "{\"When\":\"2024-02-29\",\"x\":{\"y\":[1]},\"Who\":\"ANN LEE\"}\n{\"When\":\"soon\"}\n");

        var report = await bench.IngestAsync(
            Settings("columns: [{ name: year, type: int32, from: When, take: year }, { name: who, from: Who, take: first-word }]\notherFields: drop"), file);

        Assert.Equal((2, 1, 1), (report.Read, report.Accepted, report.Rejected));
        Assert.Equal([2024, "ANN"], (await bench.QueryAsync("raw", "select year, who from {0}")).Single());
        Assert.Equal("Line 2: Column 'year' cannot hold 'soon' as Int32.", (await bench.QueryAsync("raw__rejected", "select message from {0}")).Single()[0]);
    }

    [Fact]
    public async Task A_field_that_no_column_takes_is_refused_unless_it_is_said_to_be_dropped()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var file = bench.File("a.csv", "id,extra\n1,2\n");

        var refused = await Assert.ThrowsAsync<IngestionException>(() => bench.IngestAsync(Settings("columns: [{ name: id, type: int64 }]"), file));
        var absent = await Assert.ThrowsAsync<IngestionException>(() => bench.IngestAsync(Settings("columns: [{ name: id, from: nr }]\notherFields: drop"), file));
        var report = await bench.IngestAsync(Settings("columns: [{ name: id, type: int64 }]\notherFields: drop"), file);

        Assert.Contains("a column 'extra' that the schema lacks", refused.Message);
        Assert.Contains("has no field 'nr'; it has id, extra", absent.Message);
        Assert.Equal(1, report.Accepted);
    }

    [Theory]
    [InlineData("columns: [{ name: a, typo: x }]", "line 1: a column has no key 'typo'; it may have name, type, nullable, from, take.")]
    [InlineData("columns: [{ name: a, type: text }]", "line 1: type is 'text'; it may be boolean, int32, int64, float64, string, timestamp, binary.")]
    [InlineData("columns:\n- { type: string }", "line 2: a column has no name.")]
    [InlineData("column: []", "line 1: a schema has no key 'column'; it may have columns, otherFields.")]
    [InlineData("columns: []", "line 1: a schema has no list 'columns'.")]
    [InlineData("columns: [{ name: a }, { name: b, from: A }]", "Two columns take the field 'a'; a field goes to one column.")]
    [InlineData("columns: [", "line 2: not valid YAML")]
    [InlineData("columns: [[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]", "line 1: nested deeper than 16 levels.")]
    [InlineData("", "It has 0 documents; one is expected.")]
    public void A_mistake_is_told_with_its_line(string text, string message)
        => Assert.StartsWith(message, Assert.Throws<IngestionException>(() => SchemaFile.Parse(text)).Message);

    [Theory]
    [InlineData(FieldPart.FirstWord, " Adelie Penguin", "Adelie")]
    [InlineData(FieldPart.FirstWord, "one", "one")]
    [InlineData(FieldPart.Upper, "straße", "STRAßE")]
    [InlineData(FieldPart.Year, "2007-11-11", "2007")]
    [InlineData(FieldPart.Year, "no date", "no date")]
    public void A_part_of_a_text_is_taken(FieldPart part, string text, string taken)
        => Assert.Equal(taken, new FieldMap(["a"], [part], DropsOthers: false).Take(0, text));

    private static IngestionSettings Settings(string schema)
    {
        var read = SchemaFile.Parse(schema);
        return new IngestionSettings("raw") { Schema = read.Schema, Fields = read.Fields, Rotation = Rotation.Prompt };
    }
}
