using System.Diagnostics;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Testing;
using Npgsql;

namespace AkkaMLScheduler.ClusterTests.Ingesting;

/// <summary>
/// An ingester is killed at each step of one commit: strace kills it as it enters a system call, and PostgreSQL holds its transaction up
/// while it is killed. Whatever was reached, a reader sees all rows or none, and another run ends with each row once.
/// </summary>
public sealed class CrashPointTests : IAsyncLifetime
{
    private const int Rows = 1000;
    private const string Dataset = "measures";

    private readonly PostgresServer _postgres = new();
    private readonly TemporaryFolder _folder = new();
    private string _database = "";

    /// <summary>The call that is not made any more, and a word of the line that strace writes of it.</summary>
    public static TheoryData<string, string> Calls { get; } = new()
    {
        { "fsync", ".parquet.writing>" },
        { "rename", ".parquet.writing\"" },
        { "fsync:folder", $"lake/main/{Dataset}>" },
    };

    /// <summary>A table whose insert waits, when it waits, and whether the rows are there afterwards.</summary>
    public static TheoryData<string, string, bool> Waits { get; } = new()
    {
        { "lake.ducklake_snapshot", "BEFORE INSERT", false },
        { "amls.dataset_version", "BEFORE INSERT", false },
        { "amls.dataset_version", "AFTER INSERT DEFERRABLE INITIALLY DEFERRED", true },
    };

    private string[] Lake => ["--data-dir", _folder.Path, "--postgres", _database];

    private string[] Ingest => ["ingest", "--from", _folder.File("in.csv"), "--dataset", Dataset, .. Lake];

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        File.WriteAllLines(_folder.File("in.csv"), Enumerable.Range(0, Rows).Select(id => $"{id},{id}.5").Prepend("id,mass"));
    }

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _folder.Dispose();
    }

    [SkippableTheory, MemberData(nameof(Calls))]
    public async Task Killed_before_a_call_to_the_disk(string call, string word)
    {
        Requires.That(File.Exists("/usr/bin/strace"), "strace is not installed.");
        await PrepareAsync();
        var place = call.Split(':');
        var trace = _folder.File("trace");
        string[] only = place.Length == 1 ? [] : ["-P", Path.Combine(_folder.Path, "lake", "main", Dataset)];

        using var killed = Start(
            "strace", ["-f", "-y", "-qq", "-o", trace, "-e", $"trace={place[0]}", "-e", $"inject={place[0]}:signal=KILL:when=1", .. only, "dotnet", AmlsProgram.Path, .. Ingest]);
        await EndAsync(killed);

        // strace ends as what it watched has ended.
        Assert.NotEqual(0, killed.ExitCode);
        Assert.Contains(File.ReadLines(trace), line => line.Contains($"{place[0]}(", StringComparison.Ordinal) && line.Contains(word, StringComparison.Ordinal));
        await CheckAsync(rowsThere: false);
    }

    [SkippableTheory, MemberData(nameof(Waits))]
    public async Task Killed_while_its_transaction_waits(string table, string when, bool rowsThere)
    {
        await PrepareAsync();
        var isLate = when.StartsWith("AFTER", StringComparison.Ordinal);
        await ExecuteAsync("CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(4); RETURN NEW; END'");
        await ExecuteAsync(isLate
            ? $"CREATE CONSTRAINT TRIGGER hold_up AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_up()"
            : $"CREATE TRIGGER hold_up {when} ON {table} FOR EACH ROW EXECUTE FUNCTION hold_up()");

        using var killed = Start("dotnet", [AmlsProgram.Path, .. Ingest]);
        await UntilAsync(async () => await CountAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == 1);
        Signals.Send("KILL", killed.Id);
        await EndAsync(killed);
        await UntilAsync(async () => await CountAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == 0);
        await UntilAsync(async () => await CountAsync("SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid() AND backend_type = 'client backend'") == 0);
        await ExecuteAsync($"DROP TRIGGER hold_up ON {table}");

        await CheckAsync(rowsThere);
    }

    /// <summary>All rows or none now; each once after another run; and no file without a version after a collection.</summary>
    private async Task CheckAsync(bool rowsThere)
    {
        await using var catalog = await LakeCatalog.OpenAsync(CatalogSettings.PostgreSql(_database, _folder.Path));
        Assert.Equal(rowsThere ? Rows : null, (await catalog.FindAsync(Dataset))?.Rows);

        using (var again = Start("dotnet", [AmlsProgram.Path, .. Ingest]))
        {
            await EndAsync(again);
            Assert.Equal(0, again.ExitCode);
        }

        var version = (await catalog.FindAsync(Dataset))!;
        var ids = new List<long?>();
        await foreach (var batch in ParquetFileReader.ReadAsync(version))
        {
            for (var row = 0; row < batch.Count; row++) ids.Add(Convert.ToInt64(batch[0].Value(row), System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.Equal(Enumerable.Range(0, Rows).Select(id => (long?)id), ids);
        Assert.Equal((Rows, 1L), (version.TotalCounts.Read, version.Version.Version));
        await catalog.CollectAsync(CollectionRules.Default with { Grace = TimeSpan.Zero }, new HashSet<DatasetVersion>());
        Assert.Equal(
            version.Files.Select(file => file.Path), Directory.EnumerateFiles(Path.Combine(_folder.Path, "lake", "main", Dataset)));
    }

    /// <summary>Makes the catalog's tables, so that triggers can be put on them and its start reads nothing but what is there.</summary>
    private async Task PrepareAsync()
    {
        _database = await _postgres.CreateDatabaseAsync();
        await using var catalog = await LakeCatalog.OpenAsync(CatalogSettings.PostgreSql(_database, _folder.Path));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static Task UntilAsync(Func<Task<bool>> holds) => Eventually.HoldsAsync(holds, TimeSpan.FromMinutes(1), () => "it did not come to that");

    private static Process Start(string program, string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task EndAsync(Process process)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(limit.Token);
    }
}
