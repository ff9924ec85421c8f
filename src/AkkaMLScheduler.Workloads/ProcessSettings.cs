namespace AkkaMLScheduler.Workloads;

/// <summary>What a worker lets the <c>process</c> workload do.</summary>
/// <param name="Allowed">Whether tasks may run arbitrary programs with the worker's rights.</param>
/// <param name="StopGrace">How long a process may take to save and end after SIGTERM, before SIGKILL.</param>
/// <param name="ControlGroups">Whether control groups hold tasks within their limits where the machine gives them; else rlimits do.</param>
/// <param name="HidesGpus">Whether the machine has GPUs, so that a task that was given none must see none.</param>
public sealed record ProcessSettings(bool Allowed, TimeSpan StopGrace, bool ControlGroups = true, bool HidesGpus = false)
{
    public static readonly ProcessSettings Forbidden = new(false, TimeSpan.FromSeconds(10));
}
