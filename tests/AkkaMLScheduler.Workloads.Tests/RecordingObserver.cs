using System.Collections.Concurrent;

namespace AkkaMLScheduler.Workloads.Tests;

/// <summary>Keeps what a task reports; runs an action, and may refuse, at a checkpoint.</summary>
internal sealed class RecordingObserver : ITaskObserver
{
    public ConcurrentQueue<long> Steps { get; } = new();

    public ConcurrentQueue<CheckpointFile> Checkpoints { get; } = new();

    public Func<CheckpointFile, bool> Accept { get; init; } = _ => true;

    public Action<long> OnProgress { get; init; } = _ => { };

    public void Progress(long step, long totalSteps, IReadOnlyDictionary<string, double> metrics)
    {
        Steps.Enqueue(step);
        OnProgress(step);
    }

    public Task<bool> CheckpointAsync(CheckpointFile file, CancellationToken stop)
    {
        var accepted = Accept(file);
        if (accepted)
            Checkpoints.Enqueue(file);
        return Task.FromResult(accepted);
    }
}
