namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>Which processes belonged to which task at one moment.</summary>
/// <param name="ByTag">Process ids by their task's tag.</param>
/// <param name="IsComplete">False while it is not known of some process whose it is.</param>
internal sealed record ProcessScan(ILookup<string, int> ByTag, bool IsComplete);
