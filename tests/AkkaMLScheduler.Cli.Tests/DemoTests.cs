using System.Text.Json;
using AkkaMLScheduler.Cli.Demo;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Testing;
using DuckDB.NET.Data;

namespace AkkaMLScheduler.Cli.Tests;

/// <summary>The main job from beginning to end, as its own process, judged by its report and by DuckDB.</summary>
public sealed class DemoTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_demo_ends_well_and_DuckDB_counts_the_same_rows(bool onPostgres)
    {
        using var folder = new TemporaryFolder();
        var (demo, report) = await RunAsync(folder.Path, await DatabaseAsync(onPostgres));

        Assert.True(report.Ok, demo.Error);
        Assert.Equal(ExitCodes.Success, demo.ExitCode);
        var raw = report.Datasets.Single(d => d.Name == "corpus-raw");
        Assert.Equal((20_000, 19_800, 200), (raw.Read, raw.Accepted, raw.Rejected));
        foreach (var dataset in report.Datasets) Assert.Equal(dataset.Rows, CountWithDuckDb(folder.Path, dataset.Name));
        Assert.True(report.Jobs.Single(j => j.Id == "train") is { Interruptions: >= 1, ResumedFromStep: > 0 });
        Assert.True(report.Jobs.Single(j => j.Id == "background") is { Preemptions: >= 1, ResumedFromStep: > 0 });
    }

    [SkippableTheory]
    [InlineData(false, "ingesting")]
    [InlineData(true, "processing")]
    [InlineData(false, "train running")]
    public async Task A_demo_killed_on_the_way_is_finished_by_the_next_run(bool onPostgres, string killedAt)
    {
        using var folder = new TemporaryFolder();
        var database = await DatabaseAsync(onPostgres);
        await using (var killed = Amls.Start(Arguments(folder.Path, database)))
        {
            await killed.UntilSaidAsync(killedAt);
            await killed.KillAsync();
        }

        var (demo, report) = await RunAsync(folder.Path, database);

        Assert.True(report.Ok, demo.Error + demo.Output);
        var raw = report.Datasets.Single(d => d.Name == "corpus-raw");
        Assert.Equal((20_000, 19_800, 200), (raw.Read, raw.Accepted, raw.Rejected));
        Assert.Equal(18_800, CountWithDuckDb(folder.Path, "corpus", distinct: "text"));
        Assert.All(report.Jobs, job => Assert.Equal(JobStatus.Succeeded, job.Status));
        Assert.Equal(6, report.Jobs.Count);
    }

    [SkippableTheory]
    [InlineData("articles/articles_1000.train", 1_000, 0, 0, 1_000)]
    [InlineData("penguins/penguins_raw.csv", 344, 0, 0, 344)]
    [InlineData("tiny-shakespeare/input.txt", 40_000, 0, 7_223, 25_720)]
    public async Task A_users_file_is_read_whole(string file, long read, long rejected, long filtered, long distinct)
    {
        using var folder = new TemporaryFolder();
        var (demo, report) = await RunAsync(folder.Path, null, "--input", SharedData.Require(file));

        Assert.True(report.Ok, demo.Error);
        var raw = report.Datasets.Single(d => d.Name == "corpus-raw");
        Assert.Equal((read, rejected, filtered), (raw.Read, raw.Rejected, raw.Filtered));
        Assert.Equal(distinct, report.Datasets.Single(d => d.Name == "corpus").Rows);
    }

    private async Task<string?> DatabaseAsync(bool onPostgres)
    {
        if (!onPostgres) return null;
        PostgresServer.Require();
        return await postgres.CreateDatabaseAsync();
    }

    private static string[] Arguments(string folder, string? database) =>
        ["demo", "-o", "json", "--data-dir", folder, .. database is null ? Array.Empty<string>() : ["--postgres", database]];

    private static async Task<(Amls.Finished Demo, DemoReport Report)> RunAsync(string folder, string? database, params string[] more)
    {
        var demo = await Amls.RunAsync([.. Arguments(folder, database), .. more]);
        Assert.True(demo.ExitCode is ExitCodes.Success or ExitCodes.Failed, demo.Error);
        return (demo, JsonSerializer.Deserialize(demo.Output, DemoJson.Default.DemoReport)!);
    }

    /// <summary>Rows of the dataset's newest version. The demo's versions only grow or are made once, so that every file counts.</summary>
    private static long CountWithDuckDb(string folder, string dataset, string? distinct = null)
    {
        using var duckDb = new DuckDBConnection("Data Source=:memory:");
        duckDb.Open();
        using var query = duckDb.CreateCommand();
        var counted = distinct is null ? "*" : $"DISTINCT {distinct}";
        query.CommandText = $"SELECT count({counted}) FROM read_parquet('{folder}/lake/**/{dataset}/*.parquet')";
        return (long)query.ExecuteScalar()!;
    }
}
