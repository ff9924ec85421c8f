using System.Text.Json;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Cli.Tests;

/// <summary>Data in, looked at, compared and taken out again, with the real program.</summary>
public sealed class DataVerbTests
{
    [Fact]
    public async Task A_file_becomes_a_dataset_whose_versions_can_be_looked_at_compared_and_taken_out()
    {
        using var folder = new TemporaryFolder();
        string[] at = ["--data-dir", folder.File("data")];
        var csv = folder.File("measures.csv");
        await File.WriteAllTextAsync(csv, "id,mass\n1,3.5\n2,heavy\n\n3,4.25\n");

        var first = await JsonAsync(["ingest", "--from", csv, "--dataset", "measures", .. at]);
        var again = await JsonAsync(["ingest", "--from", csv, "--dataset", "measures", .. at]);
        await File.WriteAllTextAsync(folder.File("more.csv"), "id,mass\n4,9.5\n");
        await JsonAsync(["ingest", "--from", folder.File("more.csv"), "--dataset", "measures", .. at]);

        // A column that holds a word is text: nothing of it is lost. The blank line is filtered.
        Assert.Equal((1, 4, 3, 0, 1), (Int(first, "version"), Int(first, "read"), Int(first, "accepted"), Int(first, "rejected"), Int(first, "filtered")));
        Assert.Equal((0, 4), (Int(again, "read"), Int(again, "skipped")));
        var log = await JsonAsync(["dataset", "log", "measures", .. at]);
        Assert.Equal([2, 1], log.EnumerateArray().Select(row => Int(row, "version")));

        var diff = await JsonAsync(["dataset", "diff", "measures@1", "measures@2", .. at]);
        Assert.Equal((1, 0, 1), (Int(diff, "rows_added"), Int(diff, "rows_removed"), diff.GetProperty("files_added").GetArrayLength()));
        var sample = await JsonAsync(["dataset", "sample", "measures@1", "--limit", "2", .. at]);
        Assert.Equal(["3.5", "heavy"], sample.EnumerateArray().Select(row => row.GetProperty("mass").GetString()));

        Assert.Equal(0, (await Amls.RunAsync(["dataset", "tag", "measures@1", "golden", .. at])).ExitCode);
        var shown = await JsonAsync(["dataset", "show", "measures@golden", .. at]);
        Assert.Equal(["golden"], shown.GetProperty("version").GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));

        var exported = await JsonAsync(["dataset", "export", "measures@golden", "--to", folder.File("out"), .. at]);
        Assert.Equal((1, 3), (Int(exported, "files"), Int(exported, "rows")));
        Assert.True(File.Exists(Path.Combine(folder.File("out"), "manifest.json")));
        Assert.Single(Directory.GetFiles(folder.File("out"), "*.parquet"));
    }

    [Fact]
    public async Task A_datasets_columns_files_and_versions_are_kept_in_order()
    {
        using var folder = new TemporaryFolder();
        string[] at = ["--data-dir", folder.File("data")];
        foreach (var part in new[] { "1", "2" })
        {
            await File.WriteAllTextAsync(folder.File($"{part}.csv"), $"id,mass\n{part},3.5\n");
            await JsonAsync(["ingest", "--from", folder.File($"{part}.csv"), "--dataset", "measures", .. at]);
        }

        var altered = await JsonAsync(["dataset", "alter", "measures", "--rename", "mass=mass_g", "--add", "site:string", .. at]);
        Assert.Equal(
            ["id", "mass_g", "_source", "_offset", "site"], altered.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("name").GetString()));
        var compacted = await JsonAsync(["dataset", "compact", "measures", .. at]);
        Assert.Equal((2, 1, 2), (Int(compacted, "files_before"), Int(compacted, "files_after"), Int(compacted, "rows")));
        var sample = await JsonAsync(["dataset", "sample", "measures", .. at]);
        Assert.Equal([3.5, 3.5], sample.EnumerateArray().Select(row => row.GetProperty("mass_g").GetDouble()));

        await JsonAsync(["dataset", "tag", "measures@1", "first", .. at]);
        var expired = await JsonAsync(["dataset", "gc", "--keep-for", "0s", "--grace", "0s", .. at]);
        var removed = await JsonAsync(["dataset", "gc", "--keep-for", "0s", "--grace", "0s", .. at]);

        // The first file is the tagged version's too; the second one's rows live on in the merged file.
        Assert.Equal(["measures@2", "measures@3"], expired.GetProperty("expired").EnumerateArray().Select(version => version.GetString()));
        Assert.Equal(2, removed.GetProperty("removed").GetArrayLength());
        Assert.Single(removed.GetProperty("files").EnumerateArray());
        Assert.Contains("measures@2 were removed", (await Amls.RunAsync(["dataset", "show", "measures@2", .. at])).Error);
        Assert.Single((await JsonAsync(["dataset", "sample", "measures@first", .. at])).EnumerateArray());
        var edges = (await JsonAsync(["lineage", "measures", .. at])).GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("parent").GetString());
        Assert.Equal(["measures@3", "measures@2"], edges);
    }

    [Fact]
    public async Task What_cannot_be_taken_is_kept_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        string[] at = ["--data-dir", folder.File("data")];
        var lines = folder.File("events.jsonl");
        await File.WriteAllTextAsync(lines, "{\"id\":1}\n{\"id\":\n{\"id\":2}\n");

        var report = await JsonAsync(["ingest", "--from", lines, "--dataset", "events", .. at]);
        var rejects = await JsonAsync(["dataset", "rejects", "events", .. at]);

        Assert.Equal((3, 2, 1), (Int(report, "read"), Int(report, "accepted"), Int(report, "rejected")));
        var reject = Assert.Single(rejects.EnumerateArray());
        Assert.Equal(("{\"id\":", "malformed-json"), (reject.GetProperty("raw").GetString(), reject.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("there is no catalog in", "dataset", "list", "--data-dir", "/no/such/folder")]
    [InlineData("Input '/no/such/file' does not exist", "ingest", "--from", "/no/such/file", "--dataset", "x")]
    [InlineData("write kafka://host:port/topic", "ingest", "--from", "kafka://broker", "--dataset", "x")]
    [InlineData("its seed is 'x'", "ingest", "--from", "generate://x", "--dataset", "x")]
    [InlineData("--watch goes with a folder", "ingest", "--from", "generate://7", "--watch", "--dataset", "x")]
    [InlineData("go with a topic", "ingest", "--from", "/etc/hostname", "--group", "g", "--dataset", "x")]
    [InlineData("leave --partitions out", "ingest", "--from", "kafka://h:1/t", "--group", "g", "--partitions", "0", "--dataset", "x")]
    [InlineData("a run for each keeps their offsets apart", "ingest", "--from", "generate://7", "--from", "/etc/hostname", "--dataset", "x")]
    [InlineData("is no dataset name", "ingest", "--from", "/etc/hostname", "--dataset", "Not A Name")]
    public async Task Bad_input_is_one_line(string words, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        string[] at = arguments.Contains("--data-dir") ? [] : ["--data-dir", folder.File("data")];

        var finished = await Amls.RunAsync([.. arguments, .. at]);

        Assert.Equal(2, finished.ExitCode);
        Assert.Contains(words, finished.Error);
        Assert.Single(finished.Error.TrimEnd('\n').Split('\n'));
    }

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var finished = await Amls.RunAsync([.. arguments, "-o", "json"]);
        Assert.True(finished.ExitCode == 0, $"amls {string.Join(' ', arguments)}: {finished.Error}");
        return JsonDocument.Parse(finished.Output).RootElement;
    }
}
