using Akka.Actor;
using Akka.TestKit.Xunit2;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Cluster.Tests.Workers;

public sealed class TaskObserverTests : TestKit
{
    private static readonly CheckpointFile File = new(5, "/c", "hash", 1, new Dictionary<string, double>());

    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationTokenSource _stop = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_jobs_verdict_is_the_tasks(bool counts)
    {
        var verdict = Observer().CheckpointAsync(File, _stop.Token);

        var offer = ExpectMsg<WorkerReports.SaveCheckpoint>();
        LastSender.Tell(new WorkerReports.CheckpointVerdict(offer.JobId, offer.Attempt, offer.Rank, offer.Step, counts));

        Assert.Equal(counts, await verdict);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silence_is_no_refusal_because_the_job_may_have_stored_it(bool nodeGoes)
    {
        var verdict = Observer().CheckpointAsync(File, _stop.Token);
        ExpectMsg<WorkerReports.SaveCheckpoint>();

        await (nodeGoes ? _gone : _stop).CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verdict);
    }

    private TaskObserver Observer() => new(new TaskKey(new JobId("job"), 1, 0), "node", 0, TestActor, ActorRefs.Nobody, TimeProvider.System, _gone.Token);
}
