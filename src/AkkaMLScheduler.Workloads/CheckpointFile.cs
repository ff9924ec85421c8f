namespace AkkaMLScheduler.Workloads;

/// <summary>A checkpoint that is complete and durable on disk.</summary>
/// <param name="Step">Steps done when it was written.</param>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Sha256">Hash of the whole file, lower-case hex.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Metrics">The task's metrics at that step, and <c>checkpointSeconds</c>.</param>
public sealed record CheckpointFile(long Step, string Path, string Sha256, long Bytes, IReadOnlyDictionary<string, double> Metrics);
