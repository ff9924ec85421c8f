using AkkaMLScheduler.Testing;
using Microsoft.Data.Sqlite;

namespace AkkaMLScheduler.Cli.Tests;

/// <summary><c>amls audit</c> of the ledger of a real cluster: while it runs, after it, and after somebody has changed it.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task A_ledger_is_proved_while_the_cluster_runs_and_a_changed_one_is_found_out()
    {
        using var folder = new TemporaryFolder();
        var (data, port) = (folder.File("data"), FreePort.Next());
        var server = $"http://127.0.0.1:{port}";
        await using (var up = Amls.Start("up", "--data-dir", data, "--port", $"{port}", "--workers", "1"))
        {
            await up.UntilSaidAsync(server);
            var spec = folder.File("job.yaml");
            await File.WriteAllTextAsync(spec, "name: one\nrun: { type: sleep, steps: 1 }\n");
            for (var i = 0; i < 3; i++) Assert.Equal(ExitCodes.Success, (await Amls.RunAsync("submit", spec, "--id", $"job-{i}", "--server", server, "--data-dir", data)).ExitCode);
            Assert.Equal(ExitCodes.Success, (await Amls.RunAsync("wait", "job-2", "--server", server, "--data-dir", data)).ExitCode);

            var running = await Amls.RunAsync("audit", "--data-dir", data);
            Assert.True(running.ExitCode == ExitCodes.Success, running.Error + running.Output);
            Assert.Contains("every decision comes out as it is stored", running.Output);
        }

        var json = await Amls.RunAsync("audit", "--data-dir", data, "--since", "1h", "-o", "json");
        Assert.Equal(ExitCodes.Success, json.ExitCode);
        Assert.Contains("began at the first entry", json.Output);
        Assert.Contains("\"starts\": 3", json.Output);

        var entry = await TamperAsync(Path.Combine(data, "journal.db"));
        var found = await Amls.RunAsync("audit", "--data-dir", data);
        Assert.Equal(ExitCodes.Failed, found.ExitCode);
        Assert.Contains($"entry {entry} of ", found.Output);
        Assert.Contains("job-1#1 on nowhere-1", found.Output);
    }

    [Fact]
    public async Task A_folder_without_a_journal_is_named()
    {
        using var folder = new TemporaryFolder();

        var audit = await Amls.RunAsync("audit", "--data-dir", folder.Path);

        Assert.Equal(ExitCodes.BadInput, audit.ExitCode);
        Assert.Contains($"there is no journal in '{folder.Path}'", audit.Error);
    }

    /// <summary>Claims that job-1 was started elsewhere.</summary>
    private static async Task<long> TamperAsync(string journal)
    {
        await using var connection = new SqliteConnection($"Data Source={journal};Pooling=False");
        await connection.OpenAsync();
        await using var update = connection.CreateCommand();
        update.CommandText = """
            UPDATE journal SET message = CAST(replace(CAST(message AS text), '"placements":[{"node":"worker-1"', '"placements":[{"node":"nowhere-1"') AS blob)
            WHERE persistence_id = 'scheduler' AND CAST(message AS text) LIKE '%"starts":[{"job":"job-1"%' RETURNING sequence_number
            """;
        return (long)(await update.ExecuteScalarAsync())!;
    }
}
