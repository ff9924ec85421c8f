using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator.Tests;

public sealed class PackingExperimentTests
{
    private static readonly SimulationSettings BestFit = new(SchedulingPolicy.Default);

    private static SimulatedCluster Cluster(string shape) => SimulatedCluster.Of(ClusterShape.Parse(shape), TraceUnit.Gpus);

    private static Trace TraceOf(params TraceJob[] jobs) => new(jobs, [], 0, null) { Format = TraceFormat.Openb };

    [Fact]
    public void Pods_arrive_until_they_have_asked_for_the_load_and_none_departs()
    {
        // 16 GPUs, asked for 1.5 times over: 24 arrivals of one GPU each, of which 16 find a place.
        var result = PackingExperiment.Run(TraceOf(TraceJob.OfGpus("pod", 5, 10, 1_000)), Cluster("2x8gpu"), BestFit, 1.5, 1);
        var metrics = result.Metrics;
        Assert.Equal((16, 8, 100.0), (metrics.PodsPlaced, metrics.PodsFailed, metrics.GpuAllocationPercent));
        Assert.Equal(Enumerable.Range(0, 16).Select(number => (long)number), result.Jobs.Select(job => job.Start));
        Assert.All(result.Jobs, job => Assert.Equal(24, job.End));
        Assert.Equal(8, result.NeverRan.Count);
    }

    [Fact]
    public void The_trace_is_used_up_before_any_pod_is_drawn_again()
    {
        var pods = Enumerable.Range(0, 10).Select(index => TraceJob.OfGpus($"{index}", 0, 10, 1_000)).ToArray();
        var result = PackingExperiment.Run(TraceOf(pods), Cluster("2x8gpu"), BestFit, 1, 3);
        Assert.Equal(pods.Select(pod => pod.Job), result.Jobs.Take(10).Select(job => job.Job).Order());
        Assert.NotEqual(pods.Select(pod => pod.Job), result.Jobs.Take(10).Select(job => job.Job));
        Assert.Equal(16, result.Jobs.Count);
    }

    [Fact]
    public void The_seed_decides_the_order_of_arrival()
    {
        var pods = Enumerable.Range(0, 30).Select(index => TraceJob.OfGpus($"{index}", 0, 10, 1_000 * (1 + index % 4))).ToArray();
        IEnumerable<string> Names(int seed) =>
            PackingExperiment.Run(TraceOf(pods), Cluster("8x8gpu"), BestFit, 1.3, seed).Jobs.Select(job => job.Job);
        Assert.Equal(Names(7), Names(7));
        Assert.NotEqual(Names(7), Names(8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(101)]
    public void An_impossible_load_is_refused(double load) => Assert.Contains(
        "it is more than 0 and at most 100",
        Assert.Throws<ArgumentException>(
            () => PackingExperiment.Run(TraceOf(TraceJob.OfGpus("pod", 0, 1, 1_000)), Cluster("1x8gpu"), BestFit, load, 1)).Message);

    [Fact]
    public void A_trace_that_asks_for_no_gpus_would_arrive_for_ever_and_is_refused() => Assert.Contains(
        "No job of the trace asks for GPUs",
        Assert.Throws<ArgumentException>(
            () => PackingExperiment.Run(TraceOf(TraceJob.OfGpus("pod", 0, 1, 0, 1_000)), Cluster("1x8gpu,8cpu"), BestFit, 1, 1)).Message);
}
