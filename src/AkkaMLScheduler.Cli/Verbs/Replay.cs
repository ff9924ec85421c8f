using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Simulator;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>A trace and all that its replay needs but the policy.</summary>
/// <param name="Title">What it is called on a page: the trace's file name.</param>
/// <param name="PackingLoad">When set, the packing experiment is run in place of a replay, up to this load.</param>
/// <param name="Seed">Of whatever is random.</param>
internal sealed record Replay(string Title, Trace Trace, SimulatedCluster Cluster, SimulationSettings Settings, double? PackingLoad, int Seed)
{
    public SimulationResult Run(SchedulingPolicy policy, IProgress<int>? progress, CancellationToken cancel)
    {
        var settings = Settings with { Policy = policy with { Seed = Seed }, Progress = progress };
        return PackingLoad is { } load
            ? PackingExperiment.Run(Trace, Cluster, settings, load, Seed, cancel)
            : Simulation.Run(Trace, Cluster, settings, cancel);
    }
}
