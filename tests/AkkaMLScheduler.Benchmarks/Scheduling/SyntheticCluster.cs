using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Benchmarks.Scheduling;

/// <summary>Made-up nodes and jobs, always the same for the same seed.</summary>
internal static class SyntheticCluster
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Nodes of 128 cores, 768 GiB and 8 GPUs, sixteen to a rack.</summary>
    public static IReadOnlyList<NodeCapacity> Nodes(int count) => [.. Enumerable.Range(0, count).Select(Node)];

    /// <summary>
    /// Mostly single-GPU tasks, some larger, a few gangs and some without GPUs, with three amounts of CPU and two of memory for each
    /// GPU: 36 shapes. One in twenty has a higher priority, three in four have an estimate, a few users submit most.
    /// </summary>
    public static JobRequest Job(Random random, int number, int users, DateTimeOffset at)
    {
        var (tasks, gpus) = random.Next(20) switch
        {
            < 9 => (1, 1),
            < 13 => (1, 2),
            < 15 => (1, 4),
            < 16 => (1, 8),
            < 17 => (4, 2),
            _ => (1, 0),
        };
        var times = Math.Max(1, gpus);
        var milliCpu = 4_000L * (1 + random.Next(3)) * times;
        var memory = (8L << 30) * (1 + random.Next(2)) * times;
        var priority = random.Next(20) == 0 ? 1 : 0;
        var user = (int)(users * Math.Pow(random.NextDouble(), 2));
        var estimate = TimeSpan.FromSeconds(600 + random.Next(4 * 3600));
        return new JobRequest(
            $"job-{number}", 1, $"user-{user:D4}", priority, tasks, new Resources(milliCpu, memory, gpus * Resources.PerGpu), at, at)
        {
            Estimate = random.Next(4) == 0 ? null : estimate,
        };
    }

    /// <summary>How long it really runs: up to its estimate, or up to four hours.</summary>
    public static TimeSpan Run(Random random, JobRequest job) => (job.Estimate ?? TimeSpan.FromHours(4)) * (0.1 + 0.9 * random.NextDouble());

    private static NodeCapacity Node(int index) => new(
        $"node-{index:D5}", "1", new Resources(128_000, 768L << 30, 8 * Resources.PerGpu),
        new Dictionary<string, string> { [NodeCapacity.RackLabel] = $"rack-{index / 16:D4}" });
}
