using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads;

/// <summary>The end of a task.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Reason">One or two sentences for the user; empty on success.</param>
/// <param name="Metrics">The last values of the task's metrics, by name.</param>
public sealed record TaskOutcome(TaskEnd End, string Reason, IReadOnlyDictionary<string, double> Metrics);
