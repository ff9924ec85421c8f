using AkkaMLScheduler.Testing;
using AkkaMLScheduler.Testing.Packing;

namespace AkkaMLScheduler.Benchmarks.Packing;

/// <summary>How full the cluster gets, and how fast the core decides, in the published packing experiment. One thread.</summary>
internal static class PackingBenchmark
{
    private const int Seeds = 10;

    /// <summary>Arguments: none, or the CSV files of nodes and of pods.</summary>
    public static int Run(string[] args)
    {
        if (args.Length is not (0 or 2))
        {
            Console.Error.WriteLine("Name the CSV file of nodes and that of pods, or neither to use the supplied ones.");
            return 2;
        }

        var trace = args.Length == 2
            ? PackingTrace.Read(args[0], args[1])
            : PackingTrace.Read(SharedData.Require("openb", "openb_node_list_gpu_node.csv"), SharedData.Require("openb", "openb_pod_list_default.csv"));
        Console.WriteLine(
            $"{trace.Nodes.Count:N0} nodes, {trace.MilliGpu / 1000:N0} GPUs, {trace.Pods.Count:N0} pods of {trace.Typical.Count} shapes; "
            + $"load 130 %, {Seeds} orders of arrival");
        PackingExperiment.Run(trace, "fgd", 0);
        var bestFit = Measure(trace, "best-fit", isTold: true, published: "93.08 (92.87 to 93.25)");
        var fgd = Measure(trace, "fgd", isTold: true, published: "95.39 (95.27 to 95.49)");
        Measure(trace, "fgd", isTold: false, published: "nothing: typical tasks learned as pods come");
        Console.WriteLine($"fgd - best-fit: {fgd - bestFit:F2} points; published 2.31");
        return 0;
    }

    private static double Measure(PackingTrace trace, string placement, bool isTold, string published)
    {
        var outcomes = Enumerable.Range(1, Seeds).Select(seed => PackingExperiment.Run(trace, placement, seed, isTold)).ToList();
        var mean = outcomes.Average(one => one.AllocationPercent);
        var seconds = outcomes.Select(one => one.Wall.TotalSeconds).Order().ToList();
        Console.WriteLine($"{placement,-9} GPU allocation {mean:F2} % mean; published {published}");
        Console.WriteLine($"          each {string.Join(" ", outcomes.Select(one => $"{one.AllocationPercent:F2}"))}");
        Console.WriteLine(
            $"          {outcomes.Average(one => one.Pods):N0} pods, {outcomes.Average(one => one.Failed):N0} failed; "
            + $"fragmented {outcomes.Average(one => one.Fragmentation.MilliGpu / 1000):N0} of {outcomes.Average(one => one.Fragmentation.IdleMilliGpu / 1000.0):N0} idle GPUs");
        Console.WriteLine(
            $"          {outcomes.Sum(one => one.Pods) / seconds.Sum():N0} decisions/s; {seconds[Seeds / 2]:F3} s median per experiment "
            + $"({seconds[0]:F3} to {seconds[^1]:F3})");
        return mean;
    }
}
