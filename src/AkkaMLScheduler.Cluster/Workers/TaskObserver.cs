using System.Diagnostics.Metrics;
using Akka.Actor;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Cluster.Workers;

/// <summary>
/// Carries a workload's checkpoints to its job and the verdict back. A checkpoint is offered until somebody answers: while the job
/// cannot be reached the task waits, because going on would be work that may not count.
/// Without an answer there is no verdict: the call is cancelled, and the file stays, because the job may have stored it.
/// </summary>
public sealed class TaskObserver(TaskKey task, string node, long firstStep, IActorRef jobs, CancellationToken gone) : ITaskObserver
{
    public const string MeterName = "AkkaMLScheduler.Tasks";

    private static readonly TimeSpan VerdictTimeout = TimeSpan.FromSeconds(5);
    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("amls.task.steps", "{step}", "Steps done by tasks on this node.");
    private static readonly Counter<long> Checkpoints = Meter.CreateCounter<long>(
        "amls.task.checkpoints", "{checkpoint}", "Checkpoints offered, by whether they counted.");

    private long _reported = firstStep;

    public void Progress(long step, long totalSteps, IReadOnlyDictionary<string, double> metrics)
    {
        Steps.Add(Math.Max(0, step - _reported), new KeyValuePair<string, object?>("node", node));
        _reported = step;
    }

    public async Task<bool> CheckpointAsync(CheckpointFile file, CancellationToken stop)
    {
        var offer = new WorkerReports.SaveCheckpoint(
            task.Job, task.Attempt, task.Rank, file.Step, file.Path, file.Sha256, file.Bytes, file.Metrics);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(gone, stop);
        while (true)
        {
            try
            {
                var verdict = await jobs.Ask<WorkerReports.CheckpointVerdict>(offer, VerdictTimeout, given.Token);
                Checkpoints.Add(1, new KeyValuePair<string, object?>("counts", verdict.Counts));
                return verdict.Counts;
            }
            catch (AskTimeoutException)
            {
                given.Token.ThrowIfCancellationRequested();
            }
        }
    }
}
