using System.Diagnostics;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Gangs;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class Gangs
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_gang_learns_what_a_single_task_with_the_same_global_batch_learns(int size)
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        var alone = await TaskBench.RunAsync(bench.Task("torch", TaskBench.Tiny(40)) with { Inputs = [input] });
        var gang = bench.Gang(size, () => bench.Task("torch", TaskBench.Tiny(40)) with { Inputs = [input] });

        var runs = await RunGangAsync(gang);

        Assert.All(runs, run => Assert.Equal(("", TaskEnd.Succeeded), (run.Outcome.Reason, run.Outcome.End)));
        // Replicas are the same bits: each part of a sum is made once and copied.
        Assert.All(runs, run => Assert.Equal(runs[0].LossSeries, run.LossSeries));
        Assert.All(runs, run => Assert.Equal(runs[0].FinalState(), run.FinalState()));
        // Against one task only the order of float additions differs: 1e-3 nats over 40 steps.
        for (var step = 0; step < 40; step++)
            Assert.Equal(alone.Losses[step], runs[0].Losses[step], tolerance: 1e-3);
    }

    [Fact]
    public async Task A_resumed_gang_equals_the_uninterrupted_one_bit_for_bit()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        TaskContext Rank() => bench.Task("torch", TaskBench.Tiny(30), every: 12) with { Inputs = [input] };
        var straight = await RunGangAsync(bench.Gang(2, Rank));

        var again = bench.Gang(2, Rank);
        var resumed = await RunGangAsync([.. again.Select((task, rank) => task with { Attempt = 2, ResumeFrom = straight[rank].At(12) })]);

        Assert.Equal(straight[0].LossSeries.Skip(12), resumed[0].LossSeries);
        Assert.Equal(straight[1].Checkpoints[^1].Sha256, resumed[1].Checkpoints[^1].Sha256);
    }

    [Fact]
    public async Task A_rank_that_ends_early_breaks_the_gang_within_seconds()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        var gang = bench.Gang(3, () => bench.Task("torch", TaskBench.Tiny(100_000), every: 10) with { Inputs = [input] });
        var lost = 0L;
        var stale = new RecordingObserver
        {
            // The record of its second checkpoint is refused, so this rank leaves while the others go on.
            Accept = file =>
            {
                lost = Stopwatch.GetTimestamp();
                return file.Step < 20;
            },
        };

        var runs = await RunGangAsync(gang, rank => rank == 1 ? stale : new RecordingObserver());

        Assert.InRange(Stopwatch.GetElapsedTime(lost), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(TaskEnd.Stopped, runs[1].Outcome.End);
        Assert.Contains("no longer the current one", runs[1].Outcome.Reason);
        Assert.Equal([TaskEnd.PeerLost, TaskEnd.PeerLost], [runs[0].Outcome.End, runs[2].Outcome.End]);
        Assert.Contains("lost", runs[0].Outcome.Reason);
    }

    [Fact]
    public async Task A_peer_that_falls_silent_without_closing_counts_as_lost()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        var gang = bench.Gang(2, () => bench.Task("torch", TaskBench.Tiny(100_000)) with { Inputs = [input] });
        using var mute = await MutePeer.JoinAsync(gang[1]);

        var run = await TaskBench.RunAsync(gang[0]);

        Assert.Equal(TaskEnd.PeerLost, run.Outcome.End);
        Assert.Contains("rank 1 is lost: not a sign of life for 3 s", run.Outcome.Reason);
        foreach (var task in gang)
            task.Gang!.Dispose();
    }

    [Fact]
    public async Task A_gang_asked_to_stop_saves_the_same_step_on_every_rank()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        var gang = bench.Gang(2, () => bench.Task("torch", TaskBench.Tiny(100_000)) with { Inputs = [input] });
        using var stop = new CancellationTokenSource();
        var observer = new RecordingObserver { OnProgress = step => StopAfter(step, 3, stop) };

        var runs = await RunGangAsync(gang, rank => rank == 0 ? observer : new RecordingObserver(), stop.Token);

        Assert.All(runs, run => Assert.Equal(TaskEnd.Stopped, run.Outcome.End));
        Assert.Equal(runs[0].Checkpoints.Single().Step, runs[1].Checkpoints.Single().Step);
        Assert.Equal(runs[0].FinalState(), runs[1].FinalState());
    }

    [Fact]
    public async Task A_rank_of_a_stale_attempt_is_turned_away_and_the_right_one_let_in()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        var gang = bench.Gang(2, () => bench.Task("torch", TaskBench.Tiny(5)) with { Inputs = [input], Attempt = 2 });
        var stale = gang[1] with { Attempt = 1, Gang = null };

        var first = TaskBench.RunAsync(gang[0]);
        using var greeted = await Stray.GreetAsync(stale, gang[0]);
        var refusal = await greeted.ReadAnswerAsync();
        var second = TaskBench.RunAsync(gang[1]);
        var runs = await Task.WhenAll(first, second);

        Assert.Equal((GangRefusal.OtherAttempt, 2), refusal);
        Assert.All(runs, run => Assert.Equal(TaskEnd.Succeeded, run.Outcome.End));
        Assert.Contains("turned away rank 1 of attempt 1 at step 0: OtherAttempt", runs[0].Log);
        foreach (var task in gang)
            task.Gang!.Dispose();
    }

    [Fact]
    public async Task A_task_that_greets_a_later_attempt_loses_its_gang_with_the_reason()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        var gang = bench.Gang(2, () => bench.Task("torch", TaskBench.Tiny(5)) with { Inputs = [input] });
        var old = gang[0];
        var later = gang[1] with { Attempt = 3 };

        var runs = await RunGangAsync([old, later]);

        Assert.All(runs, run => Assert.Equal(TaskEnd.PeerLost, run.Outcome.End));
        Assert.Contains(runs, run => run.Outcome.Reason.Contains("turned away", StringComparison.Ordinal));
    }

    [Fact]
    public void Sums_over_any_number_of_ranks_and_lengths_are_equal_on_every_rank()
    {
        using var bench = new TaskBench();
        foreach (var (size, length) in new[] { (2, 1), (2, 1001), (4, 3), (5, 4096) })
        {
            var gang = bench.Gang(size, () => bench.Task("torch", TaskBench.Tiny(1)));
            var vectors = gang
                .Select(task => Enumerable.Range(0, length).Select(i => (float)((task.Rank + 1) * (i + 1))).ToArray())
                .ToList();
            var threads = gang.Select(task => new Thread(() =>
            {
                using var ring = GangRing.Connect(task, length, 0, TaskBench.Limits, CancellationToken.None);
                ring.SumOverRanks(vectors[task.Rank]);
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());

            var factor = size * (size + 1) / 2;
            Assert.All(vectors, vector => Assert.Equal(Enumerable.Range(0, length).Select(i => (float)(factor * (i + 1))), vector));
            foreach (var task in gang)
                task.Gang!.Dispose();
        }
    }

    private static async Task<TaskRun[]> RunGangAsync(
        IReadOnlyList<TaskContext> gang, Func<int, RecordingObserver>? observer = null, CancellationToken stop = default)
    {
        var runs = await Task.WhenAll(gang.Select(task => TaskBench.RunAsync(task, observer?.Invoke(task.Rank), stop)));
        foreach (var task in gang)
            task.Gang!.Dispose();
        return runs;
    }

    private static void StopAfter(long step, long last, CancellationTokenSource stop)
    {
        if (step >= last)
            stop.Cancel();
    }
}
