using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator.Tests;

public sealed class GangTests
{
    private static Trace OfGpus(int gpus) =>
        new([TraceJob.OfGpus("job", 0, 10, gpus * 1_000)], [], 0, null) { Format = TraceFormat.Philly };

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 1, 8)]
    [InlineData(12, 2, 6)]
    [InlineData(16, 2, 8)]
    [InlineData(24, 3, 8)]
    [InlineData(13, 13, 1)]
    [InlineData(18, 3, 6)]
    public void Each_task_has_the_largest_divisor_that_the_largest_node_holds(int gpus, int tasks, int perTask)
    {
        var cluster = SimulatedCluster.Of(ClusterShape.Parse("2x2gpu+64x8gpu"), TraceUnit.Gpus);
        var job = Assert.Single(cluster.Divide(OfGpus(gpus)).Jobs);
        Assert.Equal((tasks, new Resources(0, 0, perTask * 1_000)), (job.Tasks, job.PerTask));
        Assert.Equal(gpus, job.Size);
    }

    [Fact]
    public void Processors_are_divided_over_nodes_too()
    {
        var trace = new Trace([TraceJob.OfProcessors("job", 0, 10, 10, 100)], [], 0, null);
        var job = Assert.Single(SimulatedCluster.Of(ClusterShape.Parse("4x32cpu"), TraceUnit.Processors).Divide(trace).Jobs);
        Assert.Equal((4, new Resources(25_000, 0, 0)), (job.Tasks, job.PerTask));
    }

    [Fact]
    public void On_a_single_machine_a_job_stays_one_task()
    {
        var trace = new Trace([TraceJob.OfProcessors("job", 0, 10, 10, 500)], [], 0, null);
        Assert.Same(trace, SimulatedCluster.OfProcessors(100).Divide(trace));
    }

    [Fact]
    public void A_job_of_more_tasks_than_a_gang_can_have_never_runs()
    {
        var cluster = SimulatedCluster.Of(ClusterShape.Parse("2x1cpu"), TraceUnit.Processors);
        var trace = cluster.Divide(new Trace(
            [TraceJob.OfProcessors("huge", 0, 10, 10, 1_000_003), TraceJob.OfProcessors("pair", 1, 10, 10, 2)], [], 0, null));
        var result = Simulation.Run(trace, cluster, new SimulationSettings(SchedulingPolicy.Default));
        Assert.Equal(["huge"], result.NeverRan);
        Assert.Equal("node-1+node-2", Assert.Single(result.Jobs).Node);
    }
}
