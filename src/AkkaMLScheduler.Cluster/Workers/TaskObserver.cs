using System.Diagnostics.Metrics;
using Akka.Actor;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Cluster.Workers;

/// <summary>
/// Carries a workload's checkpoints to its job and the verdict back. A checkpoint is offered until somebody answers: while the job
/// cannot be reached the task waits, because going on would be work that may not count.
/// Without an answer there is no verdict: the call is cancelled, and the file stays, because the job may have stored it.
/// </summary>
public sealed class TaskObserver(
    TaskKey task, string node, long firstStep, IActorRef jobs, IActorRef series, TimeProvider time, CancellationToken gone) : ITaskObserver
{
    public const string MeterName = "AkkaMLScheduler.Tasks";

    /// <summary>From one point of the series to the next, at least; in a long run a thousandth of the time that it has taken, so that it stays a few thousand points.</summary>
    private static readonly TimeSpan PointInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan VerdictTimeout = TimeSpan.FromSeconds(5);
    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("amls.task.steps", "{step}", "Steps done by tasks on this node.");
    private static readonly Counter<long> Checkpoints = Meter.CreateCounter<long>(
        "amls.task.checkpoints", "{checkpoint}", "Checkpoints offered, by whether they counted.");

    private readonly long _began = time.GetTimestamp();
    private long _reported = firstStep;
    private long? _lastPoint;

    public void Progress(long step, long totalSteps, IReadOnlyDictionary<string, double> metrics)
    {
        Steps.Add(Math.Max(0, step - _reported), new KeyValuePair<string, object?>("node", node));
        if (metrics.Count > 0 && step > _reported && (IsPointDue() || step == totalSteps))
        {
            _lastPoint = time.GetTimestamp();
            series.Tell(new TaskPoint(task.Job, task.Attempt, task.Rank, step, time.GetUtcNow(), metrics));
        }

        _reported = step;
    }

    private bool IsPointDue()
    {
        var interval = time.GetElapsedTime(_began) / 1000;
        return _lastPoint is not { } last || time.GetElapsedTime(last) >= (interval > PointInterval ? interval : PointInterval);
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
