using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator.Tests;

public sealed class OpenbTests
{
    private const string Header = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n";

    private static Trace Read(string rows) => TraceReader.Read(new StringReader(Header + rows), TraceFormat.Openb);

    [Fact]
    public void A_pod_asks_for_cpu_and_no_gpu_a_share_of_one_or_whole_ones()
    {
        var trace = Read(
            "cpu,6000,12288,0,0,,LS,Running,10,110,20\nshare,6000,12288,1,460,,BE,Running,10,110,\nwhole,6000,12288,8,1000,V100M16|V100M32,LS,Pending,10,5,\n");
        Assert.Equal(0, trace.MalformedCount);
        Assert.Equal(
            [
                TraceJob.OfGpus("cpu", 10, 90, 0, 6_000) with { User = "LS" },
                TraceJob.OfGpus("share", 10, 100, 460, 6_000) with { User = "BE" },
                TraceJob.OfGpus("whole", 10, 1, 8_000, 6_000) with
                {
                    User = "LS", Selector = new Dictionary<string, string> { [NodeCapacity.GpuModelLabel] = "V100M16|V100M32" },
                },
            ],
            trace.Jobs);
        Assert.Equal([0, 0.46, 8], trace.Jobs.Select(job => job.Size));
    }

    [Theory]
    [InlineData("p,x,0,1,1000,,LS,Running,0,9,0", "cpu_milli is \"x\", not a number")]
    [InlineData("p,1,0,2,500,,LS,Running,0,9,0", "gpu_milli is 500 of 2 GPUs; only one GPU can be shared")]
    [InlineData("p,1,0,1,0,,LS,Running,0,9,0", "gpu_milli is 0; it is from 1 to 1000")]
    [InlineData("p,1,0,1,1001,,LS,Running,0,9,0", "gpu_milli is 1001; it is from 1 to 1000")]
    [InlineData("p,1,0,1.5,1000,,LS,Running,0,9,0", "num_gpu is 1.5; a pod has 0 to 65536 whole GPUs, or gpu_milli of one")]
    [InlineData("p,1,0,1,1000,,LS,Running,-5,9,0", "created at -5; times start at 0")]
    [InlineData("p,1,0,1,1000,,LS,Running,0,,0", "deletion_time is \"\", not a number")]
    [InlineData(",1,0,1,1000,,LS,Running,0,9,0", "a pod needs a name")]
    public void A_malformed_row_is_named_by_its_line_and_skipped(string row, string reason)
    {
        var trace = Read(row + "\ngood,1,0,1,1000,,LS,Running,0,9,0\n");
        Assert.Equal("good", Assert.Single(trace.Jobs).Job);
        Assert.Equal($"line 2: {reason}", Assert.Single(trace.Malformed).ToString());
    }

    [SkippableFact]
    public void The_whole_trace_is_read()
    {
        var trace = TraceReader.Read(SharedData.Path("openb/openb_pod_list_default.csv"));
        Assert.Equal(TraceFormat.Openb, trace.Format);
        Assert.Equal((8_152, 0), (trace.Jobs.Count, trace.MalformedCount));
        Assert.Equal(1_088, trace.Jobs.Count(job => job.Size == 0));
        Assert.Equal(3_078, trace.Jobs.Count(job => job.Size is > 0 and < 1));
        Assert.Equal(44, trace.Jobs.Count(job => job.Size == 8));
        Assert.Equal(["BE", "Burstable", "Guaranteed", "LS"], trace.Jobs.Select(job => job.User).Distinct().Order());
        Assert.All(trace.Jobs, job => Assert.Equal(0, job.PerTask.MemoryBytes));
    }

    [SkippableFact]
    public void The_whole_node_list_is_read()
    {
        var nodes = NodeList.Read(SharedData.Path("openb/openb_node_list_gpu_node.csv"));
        Assert.Equal(1_213, nodes.Count);
        Assert.Equal(6_212, SimulatedCluster.Of(nodes, TraceUnit.Gpus).Size);
        Assert.Equal(107_018, SimulatedCluster.Of(nodes, TraceUnit.Processors).Size);
        Assert.Equal(new NodeCapacity("openb-node-0000", "1", new Resources(64_000, 262_144L << 20, 2_000),
            new Dictionary<string, string> { ["gpu-model"] = "P100" }), nodes[0]);
    }
}
