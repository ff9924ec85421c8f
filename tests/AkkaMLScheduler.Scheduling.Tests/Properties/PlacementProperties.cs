using FsCheck.Xunit;

namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>What is kept for speed makes no difference: every choice is that of a search which asks all nodes for what they say now.</summary>
public sealed class PlacementProperties
{
    private const int Cases = 500;
    private const string Seed = "(20261124,7)";

    /// <summary>Popularities of hundredths, so that the plain search's sums are exact.</summary>
    private static readonly TypicalTask[] Typical =
    [
        new(new Resources(1_000, 0, 300), 0.25), new(new Resources(2_000, 0, 700), 0.15), new(new Resources(500, 0, 0), 0.10),
        new(new Resources(3_000, 0, 1_000), 0.20), new(new Resources(4_000, 0, 2_000), 0.10), new(new Resources(1_500, 0, 500), 0.15),
    ];

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Best_fit_takes_the_node_with_the_least_left(int[] numbers) =>
        Check("best-fit", numbers, (nodes, node, _) => Left(nodes, node));

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Spread_takes_the_node_with_the_most_left(int[] numbers) =>
        Check("spread", numbers, (nodes, node, _) => -Left(nodes, node));

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Fgd_takes_the_node_whose_fragmentation_grows_least(int[] numbers) =>
        Check("fgd", numbers, (_, node, ask) => -Score(Change(node, ask).Least), (node, ask) => Change(node, ask).Device);

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Fgd_goes_on_as_it_would_have_when_stored_and_read_back_before_every_plan(int[] numbers)
    {
        var policy = Given.Fifo with { Placement = "fgd" };
        var plain = new Script(policy).Run(numbers);
        var replaced = new Script(policy) { Replace = core => core.Fork() }.Run(numbers);
        Assert.Equal(plain.Ledger, replaced.Ledger);
        Assert.Equal(plain.Core.Export(), replaced.Core.Export());
    }

    private static void Check(
        string placement, int[] numbers, Func<IReadOnlyList<NodeView>, NodeView, Resources, double> cost, Func<NodeView, Resources, int>? device = null)
    {
        var core = new SchedulerCore(Given.Fifo with { Placement = placement });
        core.Apply(new TypicalTasksChanged(Given.Start, Typical));
        var lives = 0;
        for (var i = 0; i < 12; i++) Up(core, new Random(i), $"n{i}", ref lives);
        foreach (var (index, number) in numbers.Index())
        {
            var random = new Random(unchecked(number * 7919 + index));
            var held = core.Allocations();
            switch (random.Next(12))
            {
                case 0:
                    var name = $"n{random.Next(14)}";
                    if (random.Next(2) == 0) core.Apply(new NodeCordoned(Given.Start, name));
                    else core.Apply(new NodeUncordoned(Given.Start, name));
                    break;
                case 1:
                    Up(core, random, $"n{random.Next(14)}", ref lives);
                    break;
                case 2 or 3 when held.Count > 0:
                    core.End(held[random.Next(held.Count)].Job);
                    break;
                default:
                    Place(core, Job(random, index), cost, device);
                    break;
            }
        }
    }

    private static void Place(
        SchedulerCore core, JobRequest job, Func<IReadOnlyList<NodeView>, NodeView, Resources, double> cost, Func<NodeView, Resources, int>? device)
    {
        var nodes = core.Nodes();
        var ask = job.PerTask;
        var expected = nodes
            .Where(node => node.IsOpen && ask.MilliCpu <= node.Free.MilliCpu && ask.MemoryBytes <= node.Free.MemoryBytes && FitsGpus(node, ask)
                && job.Selector.All(pair => node.Capacity.Labels.GetValueOrDefault(pair.Key) == pair.Value))
            .OrderBy(node => cost(nodes, node, ask)).ThenBy(node => node.Node, StringComparer.Ordinal).FirstOrDefault();
        core.With(job);
        var plan = core.Step();
        Assert.Equal(expected?.Node, plan.Starts.SingleOrDefault()?.Placements[0].Node);
        if (expected is null)
            core.End(job.Job);
        else if (device is not null && ask.IsGpuShare)
            Assert.Equal(device(expected, ask), plan.Starts[0].Placements[0].Gpus[0]);
    }

    private static void Up(SchedulerCore core, Random random, string name, ref int lives) => core.Apply(new NodeUp(Given.Start, new NodeCapacity(
        name, $"life{lives++}", new Resources(random.Next(2, 12) * 1000, random.Next(1, 9) * 100, random.Next(0, 5) * Resources.PerGpu),
        new Dictionary<string, string> { ["zone"] = $"z{random.Next(2)}" })));

    private static JobRequest Job(Random random, int number)
    {
        var gpu = random.Next(3) == 0 ? random.Next(3) * Resources.PerGpu : random.Next(1, 10) * 100;
        var selector = new Dictionary<string, string>();
        if (random.Next(4) == 0) selector["zone"] = $"z{random.Next(2)}";
        return Given.Job($"j{number}") with
        {
            PerTask = new Resources(random.Next(5) * 500, random.Next(3) * 100, gpu),
            Selector = selector,
        };
    }

    private static bool FitsGpus(NodeView node, Resources ask) =>
        node.Gpus.Count(gpu => gpu.FreeMilli >= Math.Min(ask.MilliGpu, Resources.PerGpu)) >= ask.GpuDevices;

    private static double Left(IReadOnlyList<NodeView> nodes, NodeView node)
    {
        var largest = nodes.Aggregate(Resources.None, (most, one) => Resources.Largest(most, one.Capacity.Capacity));
        return Share(node.Free.MilliCpu, largest.MilliCpu) + Share(node.Free.MemoryBytes, largest.MemoryBytes)
            + Share(node.Free.MilliGpu, largest.MilliGpu);
    }

    private static double Share(long free, long largest) => largest == 0 ? 0 : (double)free / largest;

    private static (decimal Least, int Device) Change(NodeView node, Resources ask)
    {
        var devices = node.Gpus.Select(gpu => gpu.FreeMilli).ToArray();
        var cpu = node.Free.MilliCpu - ask.MilliCpu;
        var before = Fragmented(node.Free.MilliCpu, devices);
        if (ask.IsGpuShare)
            return Enumerable.Range(0, devices.Length).Where(device => devices[device] >= ask.MilliGpu)
                .Select(device => (Fragmented(cpu, Without(devices, device, (int)ask.MilliGpu)) - before, device)).MinBy(one => one.Item1);
        for (var i = 0; i < ask.GpuDevices; i++) devices = Without(devices, Array.IndexOf(devices, Resources.PerGpu), Resources.PerGpu);
        return (Fragmented(cpu, devices) - before, -1);
    }

    private static int[] Without(int[] devices, int device, int milli) => [.. devices.Select((free, at) => at == device ? free - milli : free)];

    /// <summary>The definition, word by word.</summary>
    private static decimal Fragmented(long cpu, int[] devices)
    {
        var sum = 0m;
        foreach (var (ask, popularity) in Typical)
        {
            var perDevice = Math.Min(ask.MilliGpu, Resources.PerGpu);
            var canHost = ask.MilliCpu <= cpu && devices.Count(free => free >= perDevice) >= ask.GpuDevices;
            var unusable = ask.MilliGpu == 0 || !canHost ? devices.Sum() : devices.Where(free => free < perDevice).Sum();
            sum += unusable * (decimal)popularity;
        }

        return sum;
    }

    private static int Score(decimal change) => (int)(100 / (1 + Math.Exp((double)change / 1000)));
}
