using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>A node and its database that start together.</summary>
public sealed class LateDatabaseTests
{
    [SkippableFact]
    public async Task A_node_waits_for_a_database_that_does_not_answer_yet()
    {
        PostgresServer.Require();
        using var folder = new TemporaryFolder();
        var postgres = new PostgresServer();
        await postgres.InitializeAsync();
        try
        {
            var settings = TestCluster.Settings(folder.Path, postgres: await postgres.CreateDatabaseAsync());
            await postgres.CrashAsync();
            var starting = AmlsNode.StartAsync(settings);
            await Task.Delay(TimeSpan.FromSeconds(2));
            Assert.False(starting.IsCompleted);
            await postgres.StartAsync();

            await using var node = await starting;
            Assert.NotEmpty(node.Url);
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }

    [Fact]
    public async Task It_gives_up_after_the_time_that_is_set_and_says_where_it_looked()
    {
        using var folder = new TemporaryFolder();
        var settings = TestCluster.Settings(folder.Path, postgres: "Host=127.0.0.1;Port=1;Database=amls;Username=amls") with { DatabaseWait = TimeSpan.FromSeconds(1) };

        var error = await Assert.ThrowsAsync<SettingsException>(() => AmlsNode.StartAsync(settings));

        Assert.StartsWith("Cannot open the catalog in PostgreSQL 127.0.0.1:1/amls", error.Message);
    }
}
