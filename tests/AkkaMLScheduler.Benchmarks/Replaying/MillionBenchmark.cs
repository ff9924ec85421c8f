using System.Diagnostics;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Simulator;
using Trace = AkkaMLScheduler.Simulator.Trace;

namespace AkkaMLScheduler.Benchmarks.Replaying;

/// <summary>A million made-up jobs through the simulator, each policy in a process of its own, so that its peak of memory is its own.</summary>
internal static class MillionBenchmark
{
    private const int Seed = 20261124;
    private const int Jobs = 1_000_000;
    private const int Nodes = 300;
    private const int GpusPerNode = 8;
    private const int Users = 1_000;
    private const double Load = 0.95;
    private const double SecondsBar = 60;
    private const double MebibytesBar = 2_048;
    private const double MeanRunSeconds = 3_600;

    private static readonly string[] Policies = ["fifo+easy", "drf+easy", "fifo+conservative"];

    /// <summary>Without arguments: each policy. With one, as <c>fifo+easy</c>: that one, in this process.</summary>
    public static int Run(string[] args)
    {
        if (args.Length == 1 && args[0].Split('+') is [var order, var backfill]) return Replay(order, backfill);
        if (args.Length > 0)
        {
            Console.Error.WriteLine($"Name one policy, as {Policies[0]}, or none for {string.Join(", ", Policies)}.");
            return 2;
        }

        Console.WriteLine(
            $"{Jobs:N0} jobs of {Users:N0} users, 1 to 8 GPUs each, offered load {Load:P0} of {Nodes} nodes x {GpusPerNode} GPUs; "
            + "one pass per instant, one thread, one run each");
        Console.WriteLine($"bars: {SecondsBar} s and {MebibytesBar:N0} MiB");
        foreach (var policy in Policies)
        {
            var outcome = OwnProcess.Again("million", policy);
            if (outcome.ExitCode != 0)
            {
                Console.Error.WriteLine(outcome.LastLines);
                return outcome.ExitCode;
            }

            Console.WriteLine(outcome.Output.TrimEnd().Split('\n')[^1]);
        }

        return 0;
    }

    private static int Replay(string order, string backfill)
    {
        var began = Stopwatch.GetTimestamp();
        var trace = Generate();
        var generated = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var nodes = Enumerable.Range(0, Nodes).Select(index => new NodeCapacity(
            $"node-{index:D3}", "1", new Resources(0, 0, GpusPerNode * Resources.PerGpu), NodeCapacity.NoLabels));
        SimulationMetrics metrics;
        try
        {
            metrics = Simulation.Run(
                trace, new SimulatedCluster([.. nodes], Nodes * GpusPerNode),
                new SimulationSettings(new SchedulingPolicy(order, backfill, "best-fit", "none"))).Metrics;
        }
        catch (UnknownPolicyException unknown)
        {
            Console.Error.WriteLine(unknown.Message);
            return 2;
        }

        using var process = Process.GetCurrentProcess();
        var peak = process.PeakWorkingSet64 / (double)(1 << 20);
        var met = metrics.WallSeconds < SecondsBar && peak < MebibytesBar;
        Console.WriteLine(
            $"{order}+{backfill,-12}  {metrics.WallSeconds,6:F1} s ({Jobs / metrics.WallSeconds:N0} jobs/s), peak memory {peak:N0} MiB: "
            + $"{(met ? "met" : "MISSED")}; jobs made in {generated:F1} s; mean wait {metrics.WaitMeanSeconds:N0} s, "
            + $"utilisation {metrics.Utilisation:P1}, cycle p99 {metrics.CycleP99Milliseconds:F3} ms");
        return 0;
    }

    /// <summary>Submissions as a Poisson process, run times exponential, estimates once to five times as long.</summary>
    private static Trace Generate()
    {
        var random = new Random(Seed);
        string[] users = [.. Enumerable.Range(0, Users).Select(user => $"user-{user:D4}")];
        int[] sizes = [1, 1, 1, 1, 1, 2, 2, 4, 4, 8];
        var apart = sizes.Average() * MeanRunSeconds / (Nodes * GpusPerNode * Load);
        var jobs = new TraceJob[Jobs];
        var at = 0.0;
        for (var number = 0; number < Jobs; number++)
        {
            at += Exponential(random, apart);
            var run = 1 + (long)Exponential(random, MeanRunSeconds - 1);
            var size = sizes[random.Next(sizes.Length)];
            jobs[number] = TraceJob.OfGpus($"{number}", (long)at, run, size * Resources.PerGpu) with
            {
                EstimateSeconds = (long)(run * (1 + 4 * random.NextDouble())),
                User = users[(int)(Users * Math.Pow(random.NextDouble(), 2))],
            };
        }

        return new Trace(jobs, [], 0, null) { Format = TraceFormat.Philly };
    }

    private static double Exponential(Random random, double mean) => -mean * Math.Log(1 - random.NextDouble());
}
