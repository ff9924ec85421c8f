using System.Globalization;
using AkkaMLScheduler.ClusterTests.Audit;
using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Contracts;
using Xunit.Abstractions;

namespace AkkaMLScheduler.ClusterTests.Failures;

public sealed class DatabaseOutageTests(ITestOutputHelper output)
{
    /// <summary>As <c>AMLS_OUTAGE_SECONDS</c> says.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(
        Asked.Number("AMLS_OUTAGE_SECONDS") ?? 15);

    [SkippableFact]
    public async Task What_runs_goes_on_without_a_database_and_what_waits_starts_when_it_is_back()
    {
        await ClusterProcesses.RunAsync(new ClusterShape(), output, async cluster =>
        {
            var steps = (int)(Outage.TotalSeconds * 4) + 40;
            await cluster.Api.SubmitAsync("through", Jobs.Sleep(steps));
            await cluster.Api.SubmitAsync("saving", Jobs.Sleep(steps, every: 8, tasks: 2));
            await cluster.Api.SubmitAsync("ending", Jobs.Sleep(10));
            await cluster.UntilAsync("saving", job => job.Job.Status == JobStatus.Running);
            await cluster.UntilAsync("through", job => job.Job.Status == JobStatus.Running);

            await cluster.Postgres.CrashAsync();
            var submitted = cluster.Api.SubmitAsync("waiting", Jobs.Sleep(4));
            await Task.Delay(Outage);
            Assert.False(submitted.IsCompleted, "a job was accepted without a database");
            await cluster.Postgres.StartAsync();
            var back = DateTimeOffset.UtcNow;

            await submitted;
            foreach (var id in new[] { "through", "saving", "ending", "waiting" })
            {
                var ended = await cluster.UntilEndedAsync(id);
                Assert.Equal((JobStatus.Succeeded, 1), (ended.Job.Status, ended.Job.Attempts));
            }

            Assert.All(cluster.Nodes, node => Assert.Equal(0, node.EndsByItself));
            var journal = await Journal.ReadAsync(cluster.Database);
            Assert.Empty(JournalAudit.Findings(journal).Concat(LedgerAudit.Findings(journal.Ledger())));
            var started = journal.JobEvents()["waiting"].OfType<JobEvents.AttemptStarted>().Single().At;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Outage.TotalSeconds:F0} s without a database; the first start {(started - back).TotalSeconds:F1} s after it was back"));
        });
    }
}
