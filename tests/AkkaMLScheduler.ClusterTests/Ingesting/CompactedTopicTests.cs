using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Testing;
using Xunit.Abstractions;

namespace AkkaMLScheduler.ClusterTests.Ingesting;

/// <summary>
/// Compaction takes records out of the middle of a log. That is by design, unlike records that retention took before they were read: an
/// ingestion reads on, and has what another reader of the topic has.
/// </summary>
public sealed class CompactedTopicTests(ITestOutputHelper output) : IDisposable
{
    private const string Topic = "states";
    private const int Messages = 2_000;
    private const int Keys = 50;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task What_compaction_left_is_ingested_and_nothing_is_called_lost()
    {
        await using var broker = await KafkaBroker.StartNewAsync();
        await broker.CreateTopicAsync(Topic, 1, "cleanup.policy=compact", "segment.bytes=16384", "min.cleanable.dirty.ratio=0.01", "delete.retention.ms=100");
        await KcatAsync(
            broker,
            string.Join('\n', Enumerable.Range(0, Messages).Select(id => string.Create(CultureInfo.InvariantCulture, $$"""{{id % Keys}}:{"id":"{{id}}","text":"state"}"""))),
            "-P", "-K:", "-X", "batch.num.messages=50"); // a batch must fit a segment

        IReadOnlyList<long> left = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                var before = left;
                left = [.. (await KcatAsync(broker, "", "-C", "-e", "-q", "-f", "%o\n")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)];
                return left.Count < Messages && left.SequenceEqual(before);
            },
            TimeSpan.FromMinutes(2),
            () => $"{left.Count} of {Messages} records are left");
        output.WriteLine($"{left.Count} of {Messages} records are left");

        using var ingester = Ingester.Start(broker, Topic, ["--data-dir", _folder.Path], "--stop-at-end");
        Assert.True(await ingester.EndAsync() == 0, ingester.Said);

        await using var catalog = await LakeCatalog.OpenAsync(CatalogSettings.Embedded(_folder.Path));
        var offsets = new List<long>();
        await foreach (var batch in ParquetFileReader.ReadAsync((await catalog.FindAsync(Topic))!))
        {
            var column = batch.Columns.Single(values => values.Column.Name == "_offset");
            offsets.AddRange(Enumerable.Range(0, batch.Count).Select(row => (long)column.Value(row)!));
        }

        Assert.Equal(left, offsets);
    }

    private static async Task<string> KcatAsync(KafkaBroker broker, string input, params string[] arguments)
    {
        var start = broker.Kcat([.. arguments, "-t", Topic]);
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        using var kcat = Process.Start(start)!;
        var said = kcat.StandardOutput.ReadToEndAsync();
        await kcat.StandardInput.WriteAsync(input);
        kcat.StandardInput.Close();
        await kcat.WaitForExitAsync();
        Assert.Equal(0, kcat.ExitCode);
        return await said;
    }
}
