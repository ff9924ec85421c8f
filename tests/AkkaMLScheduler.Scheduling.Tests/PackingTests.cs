using AkkaMLScheduler.Testing;
using AkkaMLScheduler.Testing.Packing;

namespace AkkaMLScheduler.Scheduling.Tests;

/// <summary>The published packing experiment: fgd 95.39 % of the GPUs, best-fit 93.08 %, means of ten orders of arrival.</summary>
public sealed class PackingTests
{
    private static PackingTrace Trace() => PackingTrace.Read(
        SharedData.Require("openb", "openb_node_list_gpu_node.csv"), SharedData.Require("openb", "openb_pod_list_default.csv"));

    [SkippableFact]
    public void Fgd_fills_the_published_cluster_as_published_and_best_fit_does_not()
    {
        var trace = Trace();
        Assert.Equal(6_212_000, trace.MilliGpu);
        var fgd = PackingExperiment.Run(trace, "fgd", 1);
        var bestFit = PackingExperiment.Run(trace, "best-fit", 1);
        Assert.InRange(fgd.AllocationPercent, 94.8, 96.0);
        Assert.InRange(bestFit.AllocationPercent, 92.5, fgd.AllocationPercent - 1.5);
    }

    [SkippableFact]
    public void Fgd_does_as_well_when_it_learns_what_is_typical() =>
        Assert.InRange(PackingExperiment.Run(Trace(), "fgd", 1, isTold: false).AllocationPercent, 94.8, 96.0);
}
