using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Testing;
using Xunit.Abstractions;

namespace AkkaMLScheduler.ClusterTests.Ingesting;

public sealed class IngestionKillTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Topic = "events";
    private const int Partitions = 4;
    private const double SecondsPerKill = 5;

    /// <summary>Every so many rounds the broker, or PostgreSQL, is killed too.</summary>
    private const int RoundsPerOutage = 6;

    private const string Schema = """
        columns:
          - { name: id, type: int64, nullable: false }
          - { name: name, type: string, nullable: false }
          - { name: value, type: float64, nullable: false }
          - { name: note, type: string, nullable: false }
        """;

    private static readonly TimeSpan WritingLimit = TimeSpan.FromSeconds(10);

    private static readonly string[] Prompt = ["--rotate-size", "4MiB", "--rotate-after", "300ms", "--rotate-idle", "200ms"];

    private static readonly string[] Member = ["--group", "chaos", "--kafka", "session.timeout.ms=6000"];

    /// <summary>
    /// How the partitions are shared out; each round draws one, so that readers come and go: by hand, or by a group of so many members.
    /// </summary>
    private static readonly string[][][] Layouts =
    [
        [["--partitions", "0-3"]],
        [["--partitions", "0-1"], ["--partitions", "2-3"]],
        [["--partitions", "0"], ["--partitions", "1-3"]],
        [["--partitions", "0"], ["--partitions", "1"], ["--partitions", "2"], ["--partitions", "3"]],
        [Member, Member],
        [Member, Member, Member],
    ];

    private readonly PostgresServer _postgres = new();
    private readonly TemporaryFolder _folder = new();
    private string _database = "";

    private string[] Lake => ["--data-dir", _folder.Path, "--postgres", _database];

    private string[] Reading => ["--schema", _folder.File("schema.yaml"), .. Prompt];

    public Task InitializeAsync() => _postgres.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task Each_message_is_in_the_lake_once_however_often_everything_is_killed()
    {
        var (messages, kills, seed) = (Setting("AMLS_INGEST_MESSAGES", 60_000), Setting("AMLS_INGEST_KILLS", 12), Setting("AMLS_INGEST_SEED", 1));
        await using var broker = await PrepareAsync();
        using var feed = new Feed(broker, Topic, messages, messages / (kills * SecondsPerKill));

        var killed = await KillAsync(broker, feed, kills, new Random(seed));
        await feed.CompleteAsync();

        var version = await ReadOutAsync(broker, messages);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"AMLS_INGEST_SEED={seed}: {messages:N0} messages, {killed} ingesters killed, {version.Version} of {version.Files.Count:N0} files"));
        Assert.Equal((messages, messages, 0L), (version.TotalCounts.Read, version.TotalCounts.Accepted, version.TotalCounts.Rejected));
    }

    [SkippableFact]
    public async Task Of_two_readers_of_one_partition_one_is_refused_and_nothing_is_doubled()
    {
        const int Messages = 20_000;
        await using var broker = await PrepareAsync();
        using var feed = new Feed(broker, Topic, Messages, Messages / 10.0);
        using var one = Ingester.Start(broker, Topic, Lake, Reading);
        using var other = Ingester.Start(broker, Topic, Lake, [.. Reading, "--partitions", "3"]);

        var since = Stopwatch.StartNew();
        while (!one.HasEnded && !other.HasEnded && since.Elapsed < TimeSpan.FromMinutes(2)) await Task.Delay(100);
        var (refused, kept) = one.HasEnded ? (one, other) : (other, one);
        Assert.NotEqual(0, await refused.EndAsync());
        Assert.Contains("partition '3'", refused.Said);
        Assert.False(kept.HasEnded, kept.Said);

        await feed.CompleteAsync();
        await kept.KillAsync();
        await ReadOutAsync(broker, Messages);
    }

    /// <summary>A broker with the topic, a database for the lake, and the file of its columns.</summary>
    private async Task<KafkaBroker> PrepareAsync()
    {
        KafkaBroker.Require();
        _database = await _postgres.CreateDatabaseAsync();
        File.WriteAllText(_folder.File("schema.yaml"), Schema);
        var broker = await KafkaBroker.StartNewAsync();
        await broker.CreateTopicAsync(Topic, Partitions);
        return broker;
    }

    /// <summary>Reads the topic to its end, undisturbed, and finds each of its messages in the lake, once.</summary>
    private async Task<DatasetSnapshot> ReadOutAsync(KafkaBroker broker, int messages)
    {
        using (var last = Ingester.Start(broker, Topic, Lake, [.. Reading, "--stop-at-end"]))
            Assert.True(await last.EndAsync() == 0, last.Said);
        await using var catalog = await LakeCatalog.OpenAsync(CatalogSettings.PostgreSql(_database, _folder.Path));
        var version = (await catalog.FindAsync(Topic))!;
        var found = await LakeContent.ReadAsync(version, messages, Partitions);
        output.WriteLine(found.ToString());
        Assert.Equal(new LakeContent(messages, messages, messages, 0, messages - 1, 0), found);
        return version;
    }

    /// <returns>How many were killed while they ran.</returns>
    private async Task<int> KillAsync(KafkaBroker broker, Feed feed, int kills, Random random)
    {
        var killed = 0;
        for (var round = 1; killed < kills; round++)
        {
            var layout = Layouts[random.Next(Layouts.Length)];
            var readers = new List<Ingester>();
            try
            {
                foreach (var share in layout)
                {
                    readers.Add(Ingester.Start(broker, Topic, Lake, [.. Reading, .. share]));
                    if (share == Member) await UntilWritesAsync(_folder.Path); // each comes to a group that is at work
                }

                if (layout[0] == Member) await LeaveAsync(readers);
                await UntilWritesAsync(_folder.Path);
                await Task.Delay(TimeSpan.FromSeconds(3 * random.NextDouble()));
                if (round % RoundsPerOutage == 0) await CrashPostgresAsync();
                if (round % RoundsPerOutage == RoundsPerOutage / 2) await CrashAsync(broker, feed);
                foreach (var reader in readers)
                {
                    await Task.Delay(TimeSpan.FromSeconds(0.3 * random.NextDouble()));
                    if (await reader.KillAsync()) killed++;
                }
            }
            finally
            {
                readers.ForEach(reader => reader.Dispose());
            }
        }

        return killed;
    }

    /// <summary>The first member leaves in order: it commits what it has read, and the others take its share.</summary>
    private static async Task LeaveAsync(List<Ingester> members)
    {
        members[0].Terminate();
        Assert.True(await members[0].EndAsync() == 0, members[0].Said);
        members[0].Dispose();
        members.RemoveAt(0);
    }

    /// <summary>Until somebody has begun another file, so that kills meet ingesters at work and not at their start; not for ever, for all may be read.</summary>
    private static async Task UntilWritesAsync(string folder)
    {
        var place = Path.Combine(folder, "lake", "main", Topic);
        var since = Stopwatch.StartNew();
        var before = Files(place);
        while (Files(place) <= before && since.Elapsed < WritingLimit) await Task.Delay(20);
    }

    private static int Files(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder).Length : 0;

    private async Task CrashPostgresAsync()
    {
        await _postgres.CrashAsync();
        await Task.Delay(TimeSpan.FromSeconds(0.5));
        await _postgres.StartAsync();
    }

    /// <summary>
    /// A producer without idempotence, which a broker this old does not know, would send again what was not acknowledged, and the topic
    /// itself would hold it twice: so nothing is under way when the broker is killed.
    /// </summary>
    private static async Task CrashAsync(KafkaBroker broker, Feed feed)
    {
        using (await feed.HoldAsync())
        {
            await broker.CrashAsync();
            await broker.StartAsync();
        }
    }

    private static int Setting(string name, int value) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : value;
}
