using System.Globalization;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Benchmarks.Scheduling;

/// <summary>How the cost of a cycle and of a single event grows with the cluster, jobs in proportion; as a table and as a plot.</summary>
internal static class GrowthBenchmark
{
    private static readonly int[] Nodes = [100, 300, 1_000, 3_000, 10_000];

    private static readonly string[] Chosen = ["priority+none", "drf+none"];

    /// <summary>Arguments: <c>[--plot FILE]</c>, an SVG file to write.</summary>
    public static int Run(string[] args)
    {
        if (args is not ([] or ["--plot", _]))
        {
            Console.Error.WriteLine("growth [--plot FILE]");
            return 2;
        }

        var lines = new List<GrowthPlot.Line>();
        foreach (var policy in SchedulingBenchmark.Policies.Where(policy => Chosen.Contains(SchedulingBenchmark.NameOf(policy)))) lines.AddRange(Measure(policy));
        if (args is ["--plot", var file]) File.WriteAllText(file, GrowthPlot.Draw("Median milliseconds by nodes of 8 GPUs; ten pending jobs to a node", lines));
        return 0;
    }

    private static IEnumerable<GrowthPlot.Line> Measure(SchedulingPolicy policy)
    {
        var name = SchedulingBenchmark.NameOf(policy);
        Console.WriteLine($"{name}, median ms");
        Console.WriteLine("   nodes   first cycle, empty cluster   full cycle, full cluster   one event");
        var (first, full, one) = (new List<(double, double)>(), new List<(double, double)>(), new List<(double, double)>());
        SchedulingBenchmark.Measure(policy, new ClusterSize(1_000), 5, 20, 2_000);
        foreach (var nodes in Nodes)
        {
            var took = SchedulingBenchmark.Measure(policy, new ClusterSize(nodes), 7, 21, 2_000);
            first.Add((nodes, took.First.Both.P50));
            full.Add((nodes, took.Full.P50));
            one.Add((nodes, took.One.Took.P50));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{nodes,8:N0}   {took.First.Both.P50,26:F3}   {took.Full.P50,24:F3}   {took.One.Took.P50,9:F3}"));
        }

        return [new($"{name}: first cycle", first), new($"{name}: full cycle", full), new($"{name}: one event", one)];
    }
}
