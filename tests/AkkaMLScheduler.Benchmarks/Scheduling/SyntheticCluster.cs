using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Benchmarks.Scheduling;

/// <summary>Made-up clusters and jobs, always the same for the same seed.</summary>
internal static class SyntheticCluster
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>1,213 nodes with 6,212 GPUs in all: as many as the GPU nodes of Alibaba's 2023 trace, of 2, 4 and 8 GPUs.</summary>
    public static IReadOnlyList<NodeCapacity> Mixed()
    {
        // 8 GPUs on 559 nodes, 4 on 216, 2 on 438: 4,472 + 864 + 876 = 6,212 on 1,213.
        var sizes = Enumerable.Repeat(8, 559).Concat(Enumerable.Repeat(4, 216)).Concat(Enumerable.Repeat(2, 438));
        return [.. sizes.Select((gpus, index) => Node(index, 16_000L * gpus, gpus))];
    }

    public static IReadOnlyList<NodeCapacity> Uniform(int nodes) =>
        [.. Enumerable.Range(0, nodes).Select(index => Node(index, 128_000, 8))];

    /// <summary>Mostly single-GPU tasks, some larger, a few gangs and some without GPUs; one in twenty has a higher priority.</summary>
    public static JobRequest Job(Random random, int number)
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
        var at = Start.AddMilliseconds(number);
        return new JobRequest(
            $"job-{number}", 1, "default", random.Next(20) == 0 ? 1 : 0, tasks,
            new Resources(4_000 * Math.Max(1, gpus), (8L << 30) * Math.Max(1, gpus), gpus * Resources.PerGpu), at, at);
    }

    private static NodeCapacity Node(int index, long milliCpu, int gpus) =>
        new($"node-{index:D5}", "1", new Resources(milliCpu, milliCpu / 1000 * (6L << 30), gpus * Resources.PerGpu), NodeCapacity.NoLabels);
}
