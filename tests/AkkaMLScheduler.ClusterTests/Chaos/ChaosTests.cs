using System.Diagnostics;
using AkkaMLScheduler.ClusterTests.Audit;
using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using Xunit.Abstractions;

namespace AkkaMLScheduler.ClusterTests.Chaos;

public sealed class ChaosTests(ITestOutputHelper output)
{
    private static readonly ClusterShape Shape = new();
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>The cluster makes no progress for this long: then it will not make any.</summary>
    private static readonly TimeSpan StandstillLimit = TimeSpan.FromMinutes(3);

    [SkippableFact]
    public async Task No_job_is_lost_and_nothing_counts_twice_while_processes_are_killed()
    {
        var plan = ChaosPlan.FromEnvironment(Shape);
        output.WriteLine($"AMLS_CHAOS_SEED={plan.Seed} AMLS_CHAOS_JOBS={plan.Jobs.Count} AMLS_CHAOS_KILLS={plan.Kills.Count}");
        await ClusterProcesses.RunAsync(Shape, output, async cluster =>
        {
            var since = Stopwatch.StartNew();
            await Task.WhenAll(SubmitAsync(cluster, plan), KillAsync(cluster, plan));
            var killed = since.Elapsed;
            var jobs = await UntilAllEndedAsync(cluster, plan.Jobs.Count);

            var journal = await Journal.ReadAsync(cluster.Database);
            var events = journal.JobEvents();
            output.WriteLine(Summary(cluster, plan, events, killed, since.Elapsed));
            var (said, differences) = await ProgramAudit.RunAsync(cluster);
            output.WriteLine($"amls audit: {said}");
            var findings = WrongEnds(plan, events).Concat(differences).ToList();
            findings.AddRange(JournalAudit.Findings(journal));
            findings.AddRange(LedgerAudit.Findings(journal.Ledger()));
            findings.AddRange(TaskLogs.Findings(TaskLogs.Read(cluster.DataDir), events));
            findings.AddRange(ReadTablesAudit.Findings(jobs, events));
            Assert.True(findings.Count == 0, $"AMLS_CHAOS_SEED={plan.Seed}: {findings.Count} findings\n{string.Join('\n', findings)}");
        });
    }

    private static async Task SubmitAsync(ClusterProcesses cluster, ChaosPlan plan)
    {
        var underWay = new List<Task>();
        foreach (var job in plan.Jobs)
        {
            await Task.Delay(job.After);
            underWay.Add(cluster.Api.SubmitAsync(job.Id, job.Spec));
        }

        await Task.WhenAll(underWay);
    }

    private static async Task KillAsync(ClusterProcesses cluster, ChaosPlan plan)
    {
        foreach (var kill in plan.Kills)
        {
            await Task.Delay(kill.After);
            switch (kill.Victim)
            {
                case Victim.Scheduler: await cluster.Schedulers[kill.Number].KillAsync(); break;
                case Victim.Worker: await cluster.Workers[kill.Number].KillAsync(); break;
                case Victim.Postgres:
                    await cluster.Postgres.CrashAsync();
                    await Task.Delay(kill.Away);
                    await cluster.Postgres.StartAsync();
                    break;
            }
        }
    }

    private async Task<IReadOnlyList<JobView>> UntilAllEndedAsync(ClusterProcesses cluster, int expected)
    {
        var standstill = Stopwatch.StartNew();
        var before = -1;
        while (true)
        {
            var jobs = await cluster.Api.JobsAsync();
            var ended = jobs.Count(job => job.Status.IsTerminal());
            if (ended == expected) return jobs;
            if (ended != before) standstill.Restart();
            before = ended;
            if (standstill.Elapsed > StandstillLimit)
                Assert.Fail($"{ended} of {expected} jobs have ended and no other in {StandstillLimit}:\n{string.Join('\n', jobs.Where(j => !j.Status.IsTerminal()))}");
            await Task.Delay(LookInterval);
        }
    }

    private static IEnumerable<string> WrongEnds(ChaosPlan plan, ILookup<string, IJobEvent> events) =>
        from job in plan.Jobs
        let end = events[job.Id].OfType<JobEvents.Ended>().FirstOrDefault()
        where end?.Status != job.End
        select $"job {job.Id} should have ended {job.End}; it did {end?.Status.ToString() ?? "not"}: {end?.Reason}";

    private static string Summary(ClusterProcesses cluster, ChaosPlan plan, ILookup<string, IJobEvent> events, TimeSpan killed, TimeSpan all)
    {
        var kills = string.Join(", ", plan.Kills.CountBy(kill => kill.Victim).OrderBy(c => c.Key).Select(c => $"{c.Value} {c.Key}"));
        var attempts = events.SelectMany(job => job).OfType<JobEvents.AttemptEnded>().ToList();
        var ends = string.Join(", ", attempts.CountBy(a => a.End).OrderBy(c => c.Key).Select(c => $"{c.Value} {c.Key}"));
        var byItself = string.Join(", ", cluster.Nodes.Select(node => $"{node.Name} {node.EndsByItself}"));
        return $"{plan.Jobs.Count} jobs; {plan.Kills.Count} kills ({kills}) in {killed.TotalSeconds:F0} s; {attempts.Count} attempts ({ends}); "
            + $"{cluster.Api.Repeats} requests made again; nodes that ended by themselves: {byItself}; {all.TotalSeconds:F0} s in all";
    }
}
