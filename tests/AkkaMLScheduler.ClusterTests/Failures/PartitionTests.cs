using AkkaMLScheduler.ClusterTests.Audit;
using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Scheduling;
using Xunit.Abstractions;

namespace AkkaMLScheduler.ClusterTests.Failures;

public sealed class PartitionTests(ITestOutputHelper output)
{
    [SkippableFact]
    public async Task A_worker_cut_off_stops_its_tasks_before_they_start_elsewhere_and_comes_back_as_another()
    {
        await ClusterProcesses.RunAsync(new ClusterShape { CanBeCut = true }, output, async cluster =>
        {
            // Both on one worker. One saves every four seconds and is cut off just after it did, so that it writes one more that cannot
            // count, and waits; the other just goes on.
            await cluster.Api.SubmitAsync("saves", Jobs.Sleep(96, every: 16, gpu: 1));
            await cluster.Api.SubmitAsync("goes-on", Jobs.Sleep(96, every: 1000, gpu: 1));
            await cluster.UntilAsync("goes-on", job => job.Job.Status == JobStatus.Running);
            var saved = (await cluster.UntilAsync("saves", job => job.Job.Status == JobStatus.Running)).Job.Checkpoints;
            var saves = await cluster.UntilAsync("saves", job => job.Job.Checkpoints > saved);
            var cut = cluster.Workers.Single(node => node.Name == saves.Attempts[0].Placements[0].Node);
            cluster.Network.Cut(cut);
            var cutAt = DateTimeOffset.UtcNow;

            await cluster.UntilAsync("saves", job => job.Attempts[0].EndedAt is not null);
            cluster.Network.Heal(cut);
            await cluster.UntilCompleteAsync();
            foreach (var id in new[] { "saves", "goes-on" }) Assert.Equal(JobStatus.Succeeded, (await cluster.UntilEndedAsync(id)).Job.Status);

            var journal = await Journal.ReadAsync(cluster.Database);
            var events = journal.JobEvents();
            var runs = TaskLogs.Read(cluster.DataDir);
            Assert.Empty(JournalAudit.Findings(journal).Concat(LedgerAudit.Findings(journal.Ledger())).Concat(TaskLogs.Findings(runs, events)));
            var first = events["goes-on"].OfType<JobEvents.AttemptStarted>().First();
            Assert.Equal(cut.Name, first.Placements[0].Node);
            var stopped = runs.Single(run => run is { Job: "goes-on", Attempt: 1 }).Last;
            var given = events["goes-on"].OfType<JobEvents.AttemptEnded>().First().At;
            output.WriteLine($"cut off at {cutAt:O}, tasks stopped after {stopped - cutAt}, given away after {given - cutAt}; {cut.Name} ended by itself {cut.EndsByItself} times");
            Assert.True(stopped < given, $"the task ran until {stopped:O}; its attempt was given up at {given:O}");
            Assert.True(cut.EndsByItself > 0, "the worker that was cut off never ended");
            var lives = journal.Ledger().SelectMany(entry => entry.Inputs).Select(input => input.NodeUp?.Capacity).OfType<NodeCapacity>()
                .Where(node => node.Node == cut.Name).Select(node => node.Incarnation).ToList();
            Assert.True(lives.Count == 2 && lives[0] != lives[1], $"{cut.Name} came as [{string.Join(", ", lives)}]");
            var stale = Assert.Single(StaleCheckpoints(cluster.DataDir, events["saves"]));
            output.WriteLine($"written while cut off, and not counted: {stale}");
        });
    }

    /// <summary>Files of the first attempt that no journal speaks of, newer than the last that counted.</summary>
    private static IEnumerable<string> StaleCheckpoints(string dataDir, IEnumerable<IJobEvent> job)
    {
        var counted = job.OfType<JobEvents.CheckpointSaved>().Where(c => c.Attempt == 1).Select(c => Path.GetFileName(c.Uri)).ToHashSet();
        return Directory.EnumerateFiles(Path.Combine(dataDir, "checkpoints", "saves", "attempt-1", "rank-0")).Where(file => !counted.Contains(Path.GetFileName(file)));
    }
}
