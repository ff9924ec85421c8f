using System.Text.Json;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Cluster.Wire;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Testing;
using Microsoft.Data.Sqlite;

namespace AkkaMLScheduler.Host.Tests;

public sealed class LedgerTests
{
    [Fact]
    public async Task The_inputs_in_the_ledger_give_its_decisions_again()
    {
        using var folder = new TemporaryFolder();
        await using (var cluster = await TestCluster.StartAsync(folder.Path))
        {
            await cluster.SubmitAsync("low", TestCluster.Sleep(40, gpu: 1, priority: -5));
            await cluster.UntilAsync("low", job => job.Checkpoints > 0);
            await cluster.SubmitAsync("gang", TestCluster.Sleep(10, tasks: 2, gpu: 2, priority: 5));
            await cluster.SubmitAsync("flaky", TestCluster.Sleep(4, more: ", failAttempts: 1, failAtStep: 2"));
            await cluster.UntilAsync("gang", job => job.Checkpoints > 0);
            await cluster.Nodes.KillWorkerAsync(1);
            await cluster.Nodes.RestartWorkerAsync(1, 0);
            foreach (var job in new[] { "gang", "low", "flaky" }) await cluster.UntilEndedAsync(job);
        }

        var entries = await ReadAsync(folder.File("journal.db"));

        var core = new SchedulerCore(SchedulingPolicy.Default);
        foreach (var entry in entries)
        {
            foreach (var input in entry.Inputs) Assert.True(core.Apply(input.Input).Changed, input.ToString());
            var plan = entry.Planned ? core.Plan(entry.At) : entry.ToPlan();
            Assert.Equal(entry.Starts, plan.Starts);
            Assert.Equal(entry.Preempts, plan.Preempts);
            core.Commit(plan);
        }

        Assert.Equal((0, 0), (core.AllocationCount, core.PendingCount));
        Assert.Contains(entries, e => e.Preempts.Count > 0);
        Assert.Contains(entries, e => e.Inputs.Any(i => i.NodeLost is not null || i.NodeUp is not null));
        Assert.True(entries.Sum(e => e.Starts.Count) >= 6);
    }

    private static async Task<List<LedgerEntry>> ReadAsync(string journal)
    {
        var json = LedgerSerializer.Types.Single(t => t.Type == typeof(LedgerEntry)).Json;
        await using var connection = new SqliteConnection($"Data Source={journal};Pooling=False");
        await connection.OpenAsync();
        await using var query = connection.CreateCommand();
        query.CommandText = "SELECT message FROM journal WHERE persistence_id = 'scheduler' ORDER BY sequence_number";
        await using var rows = await query.ExecuteReaderAsync();
        var entries = new List<LedgerEntry>();
        while (await rows.ReadAsync()) entries.Add((LedgerEntry)JsonSerializer.Deserialize(rows.GetFieldValue<byte[]>(0), json)!);
        return entries;
    }
}
