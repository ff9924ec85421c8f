namespace AkkaMLScheduler.Workloads;

/// <summary>
/// Who watches a task. Progress comes on the task's thread; checkpoints do too where a slow answer must hold the task up, else one after
/// another beside it.
/// </summary>
public interface ITaskObserver
{
    /// <summary>Steps done so far; at most about ten calls a second. Cheap, may be dropped.</summary>
    void Progress(long step, long totalSteps, IReadOnlyDictionary<string, double> metrics);

    /// <summary>
    /// A checkpoint is complete on disk. False means that it was refused because the attempt is stale: the task stops at once.
    /// </summary>
    /// <exception cref="OperationCanceledException">Nobody answered before the task had to stop: the checkpoint may count, so its file must stay.</exception>
    Task<bool> CheckpointAsync(CheckpointFile file, CancellationToken stop);
}
