using System.Globalization;
using AkkaMLScheduler.ClusterTests.Audit;
using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Contracts;
using Xunit.Abstractions;

namespace AkkaMLScheduler.ClusterTests.Failures;

/// <summary>
/// How long it takes until work goes on after a process was killed. Asserts only that it does; <c>AMLS_FAILOVER_ROUNDS=N</c> repeats it
/// and prints the times.
/// </summary>
public sealed class FailOverTests(ITestOutputHelper output)
{
    private static readonly int Rounds = Asked.Number("AMLS_FAILOVER_ROUNDS") ?? 1;

    /// <summary>
    /// Three schedulers, so that any two are a majority. The grace is far shorter than a worker's heartbeat: the new one must not take
    /// workers for lost that have not had the time to report to it.
    /// </summary>
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_scheduler_places_jobs_when_the_one_that_leads_is_killed_and_tasks_do_not_notice(bool comesBack)
    {
        var took = new List<TimeSpan>();
        var shape = new ClusterShape { Schedulers = 3, Workers = 1, Settings = "amls.scheduler.recovery-grace = 100ms" };
        await ClusterProcesses.RunAsync(shape, output, async cluster =>
        {
            for (var round = 1; round <= Rounds; round++)
            {
                var (id, through) = ($"after-{round}", $"through-{round}");
                await cluster.Api.SubmitAsync(through, Jobs.Sleep(100));
                await cluster.UntilAsync(through, job => job.Job.Status == JobStatus.Running);
                var leader = cluster.Leader();
                if (comesBack) await leader.KillAsync();
                else await leader.KillAndHoldAsync();
                var killed = DateTimeOffset.UtcNow;

                await cluster.Api.SubmitAsync(id, Jobs.Sleep(1));

                var started = (await cluster.UntilAsync(id, job => job.Attempts.Count > 0)).Attempts[0].StartedAt;
                took.Add(started - killed);
                Assert.Equal(JobStatus.Succeeded, (await cluster.UntilEndedAsync(id)).Job.Status);
                var undisturbed = (await cluster.UntilEndedAsync(through)).Job;
                Assert.Equal((JobStatus.Succeeded, 1), (undisturbed.Status, undisturbed.Attempts));
                leader.Release();
                await cluster.UntilCompleteAsync();
            }
        });
        output.WriteLine(Times($"leader killed, {(comesBack ? "started again" : "stays away")}: first start after", took));
    }

    [SkippableFact]
    public async Task What_a_killed_worker_ran_goes_on_elsewhere()
    {
        var took = new List<TimeSpan>();
        await ClusterProcesses.RunAsync(new ClusterShape(), output, async cluster =>
        {
            for (var round = 1; round <= Rounds; round++)
            {
                var id = $"moves-{round}";
                await cluster.Api.SubmitAsync(id, Jobs.Sleep(40, every: 2));
                var before = await cluster.UntilAsync(id, job => job.Job.Checkpoints > 0);
                var worker = cluster.Workers.Single(node => node.Name == before.Attempts[0].Placements[0].Node);

                await worker.KillAndHoldAsync();

                var killed = DateTimeOffset.UtcNow;
                var after = await cluster.UntilAsync(id, job => job.Attempts.Count > 1);
                took.Add(after.Attempts[1].StartedAt - killed);
                Assert.NotEqual(worker.Name, after.Attempts[1].Placements[0].Node);
                Assert.True(after.Attempts[1].ResumeStep > 0);
                Assert.Equal(JobStatus.Succeeded, (await cluster.UntilEndedAsync(id)).Job.Status);
                worker.Release();
                await cluster.UntilCompleteAsync();
            }

            var events = (await Journal.ReadAsync(cluster.Database)).JobEvents();
            Assert.Empty(TaskLogs.Findings(TaskLogs.Read(cluster.DataDir), events));
        });
        output.WriteLine(Times("worker killed: its task starts elsewhere after", took));
    }

    private static string Times(string what, List<TimeSpan> took)
    {
        var sorted = took.Order().ToList();
        TimeSpan Percentile(double share) => sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what} p50 {Percentile(0.5).TotalSeconds:F1} s, p99 {Percentile(0.99).TotalSeconds:F1} s, {sorted.Count} rounds");
    }
}
