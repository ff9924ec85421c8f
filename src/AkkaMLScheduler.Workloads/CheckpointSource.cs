namespace AkkaMLScheduler.Workloads;

/// <summary>The checkpoint to resume from.</summary>
/// <param name="Step">Steps done when it was written.</param>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Sha256">Hash of the whole file, lower-case hex, as reported when it was written.</param>
public sealed record CheckpointSource(long Step, string Path, string Sha256);
