using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator.Tests;

public sealed class ClusterShapeTests
{
    [Fact]
    public void A_group_is_so_many_equal_nodes()
    {
        var nodes = ClusterShape.Parse("64x8gpu,96cpu,768GiB");
        Assert.Equal(64, nodes.Count);
        Assert.Equal(new NodeCapacity("node-01", "1", new Resources(96_000, 768L << 30, 8_000), NodeCapacity.NoLabels), nodes[0]);
        Assert.Equal(512, SimulatedCluster.Of(nodes, TraceUnit.Gpus).Size);
        Assert.Equal(6_144, SimulatedCluster.Of(nodes, TraceUnit.Processors).Size);
    }

    [Fact]
    public void Groups_are_joined_and_numbered_through()
    {
        var nodes = ClusterShape.Parse("321x2gpu,24cpu,128GiB + 231 x 512gib, 48CPU, 8 GPUs");
        Assert.Equal(552, nodes.Count);
        Assert.Equal(321 * 2 + 231 * 8, SimulatedCluster.Of(nodes, TraceUnit.Gpus).Size);
        Assert.Equal("node-552", nodes[^1].Node);
        Assert.Equal(nodes.Select(node => node.Node), nodes.Select(node => node.Node).Order(StringComparer.Ordinal));
        Assert.Equal(new Resources(48_000, 512L << 30, 8_000), nodes[321].Capacity);
    }

    [Fact]
    public void Racks_hold_so_many_nodes_each()
    {
        var racks = ClusterShape.Parse("5x1gpu,rack2+2x1gpu,rack2+1x1gpu").Select(node => node.Labels.GetValueOrDefault(NodeCapacity.RackLabel));
        Assert.Equal(["rack-1", "rack-1", "rack-2", "rack-2", "rack-3", "rack-4", "rack-4", null], racks);
    }

    [Theory]
    [InlineData("", "at \"\": a group is a count of nodes, x, and what each has")]
    [InlineData("64", "at \"64\"")]
    [InlineData("0x8gpu", "at \"0x8gpu\"")]
    [InlineData("64x8tpu", "at \"8tpu\": what a node has is said as 8gpu, 96cpu, 768GiB or rack16")]
    [InlineData("64x8gpu,4gpu", "at \"4gpu\": that was said already in this group")]
    [InlineData("64x8gpu,rack0", "at \"rack0\": it is from 1 to 100000")]
    [InlineData("64x70000gpu", "at \"70000gpu\": it is from 0 to 65536")]
    [InlineData("64x99999999999999999999cpu", "it is from 0 to 1000000")]
    [InlineData("1x1cpu,99999999TiB", "it is from 0 to 1048576")]
    [InlineData("64x768GiB", "a node has at least one core or GPU")]
    [InlineData("64x8gpu+", "at \"\"")]
    [InlineData("100001x1cpu", "100001 nodes; at most 100000 are possible")]
    public void What_is_wrong_is_quoted(string line, string complaint)
    {
        var wrong = Assert.Throws<ClusterUnreadableException>(() => ClusterShape.Parse(line));
        Assert.Contains(complaint, wrong.Message);
        Assert.StartsWith($"The cluster \"{line}\"", wrong.Message);
    }

    [Fact]
    public void A_cluster_without_what_the_trace_counts_is_refused()
    {
        var wrong = Assert.Throws<ClusterUnreadableException>(() => SimulatedCluster.Of(ClusterShape.Parse("2x8cpu"), TraceUnit.Gpus));
        Assert.Equal("The cluster has no GPUs, and the jobs of the trace ask for GPUs.", wrong.Message);
    }
}
