namespace AkkaMLScheduler.Workloads;

/// <summary>The task cannot go on for a reason its user can act on; the message says what was wrong, where, and what to do.</summary>
internal sealed class WorkloadException(string message, Exception? inner = null) : Exception(message, inner);
