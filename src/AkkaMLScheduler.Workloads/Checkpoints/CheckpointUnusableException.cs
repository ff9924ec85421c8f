namespace AkkaMLScheduler.Workloads.Checkpoints;

/// <summary>The checkpoint to resume from is missing, damaged or of another run; the message says which and why.</summary>
internal sealed class CheckpointUnusableException(string message) : Exception(message);
