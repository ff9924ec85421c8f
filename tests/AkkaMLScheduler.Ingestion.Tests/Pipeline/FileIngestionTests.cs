using System.Text;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

public sealed class FileIngestionTests
{
    private static readonly IngestionSettings Settings = new("raw") { Rotation = Rotation.Prompt };

    [SkippableFact]
    public async Task All_344_penguins_are_accepted_with_inferred_types()
    {
        var file = SharedData.Require("penguins", "penguins_raw.csv");
        await using var bench = await IngestionBench.EmbeddedAsync();
        var report = await bench.IngestAsync(Settings, file);
        Assert.Equal((344, 344, 0, 0), (report.Read, report.Accepted, report.Rejected, report.Filtered));
        Assert.Equal(344, await bench.CountAsync("raw"));
        var schema = (await bench.Catalog.FindAsync("raw"))!.Schema;
        Assert.Equal(ColumnType.Int64, schema.Find("Sample Number")!.Type);
        Assert.Equal(ColumnType.Float64, schema.Find("Culmen Length (mm)")!.Type);
        Assert.Equal(ColumnType.String, schema.Find("Species")!.Type);
        Assert.Equal(11, await bench.CountAsync("raw", "count(*) - count(Sex)"));
    }

    [SkippableFact]
    public async Task All_1000_articles_are_accepted_as_lines_of_text()
    {
        var file = SharedData.Require("articles", "articles_1000.train");
        await using var bench = await IngestionBench.EmbeddedAsync();
        var report = await bench.IngestAsync(Settings, file);
        Assert.Equal((1_000, 1_000, 0, 0), (report.Read, report.Accepted, report.Rejected, report.Filtered));
        Assert.Equal(1_000, await bench.CountAsync("raw", "count(distinct text)"));
        Assert.Equal(0, await bench.CountAsync("raw", "count(id)"));
        var first = File.ReadLines(file).First();
        Assert.Equal(first, (await bench.QueryAsync("raw", "select text from {0} where _offset = 0"))[0][0]);
    }

    [SkippableFact]
    public async Task Tiny_shakespeare_is_40000_lines_with_the_blank_ones_filtered()
    {
        var file = SharedData.Require("tiny-shakespeare", "input.txt");
        await using var bench = await IngestionBench.EmbeddedAsync();
        var report = await bench.IngestAsync(Settings, file);
        var blank = File.ReadLines(file).Count(string.IsNullOrWhiteSpace);
        Assert.Equal((40_000, 40_000 - blank, 0, blank), (report.Read, report.Accepted, report.Rejected, report.Filtered));
        Assert.Equal(report.Accepted, await bench.CountAsync("raw"));
        Assert.Equal(new RecordCounts(40_000, 40_000 - blank, 0, blank, 0), (await bench.Catalog.DatasetsAsync()).Single().Counts);
    }

    [Fact]
    public async Task Csv_with_quotes_line_ends_a_mark_and_carriage_returns_lands_as_written()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var file = bench.File("a.csv", "\uFEFFid,text\r\n1,\"two\r\nlines\"\r\n2,\"a \"\"quote\"\", a comma\"\r\n\r\n3,one,more\r\n4,\"\"\"\"\r\n5,#hash\r\n");
        var report = await bench.IngestAsync(Settings, file);
        Assert.Equal((6, 4, 1, 1), (report.Read, report.Accepted, report.Rejected, report.Filtered));
        var rows = await bench.QueryAsync("raw", "select id, text, _source, _offset from {0} order by _offset");
        Assert.Equal(["two\r\nlines", "a \"quote\", a comma", "\"", "#hash"], rows.Select(row => row[1]));
        Assert.Equal([0L, 1L, 4L, 5L], rows.Select(row => row[3]));
        Assert.All(rows, row => Assert.Equal("file://" + file, row[2]));
        var reject = (await bench.QueryAsync("raw__rejected", "select source, \"offset\", code, message, decode(raw) from {0}")).Single();
        Assert.Equal(["file://" + file, 3L, RejectCodes.FieldCount, "Line 6: The row has 3 fields; 2 are expected.", "3,one,more"], reject);
    }

    [Fact]
    public async Task What_fills_several_row_groups_lands_in_two_files_of_one_commit_each_record_once()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var file = bench.File("a.csv", "id,half\n" + string.Concat(Enumerable.Range(0, 250_000).Select(i => i % 1_000 == 999 ? $"{i}\n" : $"{i},{i / 2.0}\n")));

        var report = await bench.IngestAsync(Settings with { Rotation = Rotation.Default }, file);

        Assert.Equal((250_000, 249_750, 250, 1), (report.Read, report.Accepted, report.Rejected, report.Commits));
        Assert.Equal(2, (await bench.Catalog.FindAsync("raw"))!.Files.Count);
        Assert.Equal(249_750, await bench.CountAsync("raw", "count(distinct id)"));
        Assert.Equal(249_750, await bench.CountAsync("raw", "count(*) filter (id = _offset and half = id / 2)"));
        Assert.Equal(250, await bench.CountAsync("raw__rejected", "count(distinct \"offset\")"));
        Assert.Equal(0, await bench.CountAsync("raw__rejected", "count(*) filter (\"offset\" % 1000 <> 999)"));
    }

    [Fact]
    public async Task Several_formats_land_in_one_dataset_and_add_up()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        bench.File("in/1.csv", "id,text\na,from csv\nb,x,y\n");
        bench.File("in/2.jsonl", "{\"id\":\"c\",\"text\":\"from json\"}\n{\"id\":\"d\"\n{\"id\":\"e\"}\n\n");
        bench.File("in/3.txt", "from text\n\nlast without line end");
        var report = await bench.IngestAsync(Settings with { Schema = RecordSchemas.Text }, bench.Folder("in"));
        Assert.Equal((9, 4, 3, 2), (report.Read, report.Accepted, report.Rejected, report.Filtered));
        Assert.Equal(4, await bench.CountAsync("raw"));
        var codes = await bench.QueryAsync("raw__rejected", "select code from {0} order by code");
        Assert.Equal([RejectCodes.FieldCount, RejectCodes.MalformedJson, RejectCodes.MissingValue], codes.Select(row => row[0]));
        Assert.Equal("id String, text String required, _source String required, _offset Int64 required", (await bench.Catalog.FindAsync("raw"))!.Schema.ToString());
    }

    [Fact]
    public async Task Ingesting_again_adds_nothing()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var file = bench.File("a.txt", "one\ntwo\n\nthree\n");
        var first = await bench.IngestAsync(Settings, file);
        var again = await bench.IngestAsync(Settings, file);
        Assert.Equal((0, 4, 0), (again.Read, again.Skipped, again.Commits));
        Assert.Equal(first.Version, again.Version);
        Assert.Equal(3, await bench.CountAsync("raw"));
        await bench.IngestAsync(Settings with { Dataset = "other" }, file);
        Assert.Equal(3, await bench.CountAsync("other"));
    }

    [Fact]
    public async Task A_file_that_changed_after_it_was_ingested_is_refused()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var file = bench.File("a.txt", "one\ntwo\n");
        await bench.IngestAsync(Settings, file);
        File.AppendAllText(file, "three\n");
        await RefusedAsync(bench, "is not what dataset 'raw' was fed from", file);
        Assert.Equal(2, await bench.CountAsync("raw"));
    }

    [Fact]
    public async Task An_empty_file_and_a_lone_header_are_zero_records()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var report = await bench.IngestAsync(Settings with { Schema = RecordSchemas.Text }, bench.File("a.csv", ""), bench.File("b.csv", "id,text\n"), bench.File("c.jsonl", "\n"));
        Assert.Equal((1, 0, 0, 1), (report.Read, report.Accepted, report.Rejected, report.Filtered));
        Assert.Equal(0, (await bench.Catalog.FindAsync("raw"))!.Rows);
    }

    [Fact]
    public async Task Unusable_input_is_one_clear_line()
    {
        await using var bench = await IngestionBench.EmbeddedAsync();
        var garbage = new byte[5_000];
        new Random(1).NextBytes(garbage);
        await RefusedAsync(bench, "does not exist", "/nowhere/at/all.csv");
        await RefusedAsync(bench, "has no files", bench.Folder("empty"));
        await RefusedAsync(bench, "is not text", bench.File("garbage.csv", garbage));
        await RefusedAsync(bench, "is not text", bench.File("nul.txt", "abc\0def"));
        await RefusedAsync(bench, "is damaged", bench.File("a.csv", [0x1f, 0x8b, 8, 0]));
        await bench.IngestAsync(Settings, bench.File("ok.txt", "one\n"));
        await RefusedAsync(bench, "a column 'species' that the schema lacks", bench.File("b.csv", "species,island\nx,y\n"));
        Assert.Single(await bench.Catalog.DatasetsAsync());
    }

    [Fact]
    public async Task Whatever_bytes_come_every_record_has_one_fate()
    {
        // Quotes, delimiters, braces, line ends and bytes that are not UTF-8, in any order; the first line keeps it text.
        byte[][] pieces = ["a"u8.ToArray(), "\""u8.ToArray(), ","u8.ToArray(), "\n"u8.ToArray(), "\r\n"u8.ToArray(), "{\"text\":\"x\"}\n"u8.ToArray(), "id,text\n"u8.ToArray(), "plain words "u8.ToArray(), [0xc3], "\"\""u8.ToArray()];
        await using var bench = await IngestionBench.EmbeddedAsync();
        var random = new Random(7);
        var read = 0L;
        foreach (var extension in (string[])["csv", "jsonl", "txt"])
        {
            for (var i = 0; i < 10; i++)
            {
                var content = Encoding.UTF8.GetBytes("id,text\n" + new string('w', 2_000) + "\n").ToList();
                for (var n = random.Next(400); n >= 0; n--)
                    content.AddRange(pieces[random.Next(pieces.Length)]);
                var settings = Settings with { Dataset = extension, Schema = RecordSchemas.Text, Format = null, CsvHeader = Ingestion.Files.CsvHeader.Present };
                var report = await bench.IngestAsync(settings, bench.File($"{extension}{i}.{extension}", [.. content]));
                Assert.Equal(report.Read, report.Accepted + report.Rejected + report.Filtered);
                read += report.Read;
            }

            var summary = (await bench.Catalog.DatasetsAsync()).Single(dataset => dataset.Name == extension);
            Assert.Equal(summary.Counts.Accepted, await bench.CountAsync(extension));
            Assert.Equal(summary.Counts.Rejected, await bench.CountAsync(extension + "__rejected"));
        }

        Assert.True(read > 1_000);
    }

    private static async Task RefusedAsync(IngestionBench bench, string reason, string path)
    {
        var refused = await Assert.ThrowsAsync<IngestionException>(() => bench.IngestAsync(Settings, path));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
