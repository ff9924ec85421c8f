namespace AkkaMLScheduler.Contracts;

/// <summary>What each task of a job runs: the workload's type and its parameters as written in the job file.</summary>
public sealed record RunSpec(string Type, IReadOnlyDictionary<string, string> With);
