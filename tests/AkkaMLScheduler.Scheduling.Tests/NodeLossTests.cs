using static AkkaMLScheduler.Scheduling.Tests.Given;

namespace AkkaMLScheduler.Scheduling.Tests;

public sealed class NodeLossTests
{
    private static SchedulerCore GangOverTwoNodes()
    {
        var core = Cluster(Fifo, Node("a", gpus: 2), Node("b", gpus: 2)).With(Job("gang", tasks: 4, gpus: 1));
        Assert.Single(core.Step().Starts);
        return core;
    }

    [Fact]
    public void A_lost_node_names_the_attempts_that_had_ranks_on_it()
    {
        var core = GangOverTwoNodes();
        Assert.Equal([new JobAttempt("gang", 1)], core.Apply(new NodeLost(At(1), "b", "1")).LostRanks);
        Assert.False(core.Apply(new NodeLost(At(1), "b", "1")).Changed);
    }

    [Fact]
    public void A_gang_keeps_its_other_ranks_until_it_ends()
    {
        var core = GangOverTwoNodes();
        core.Apply(new NodeLost(At(1), "b", "1"));
        core.With(Job("next", gpus: 1, submitted: 1));
        Assert.Empty(core.Step(1).Starts);
        Assert.Equal([2, 3], core.AllocationOf("gang")!.LostRanks);
        core.End("gang", seconds: 2);
        Assert.Equal(["a"], core.Step(2).NodesOf("next"));
    }

    [Fact]
    public void A_new_incarnation_starts_empty_while_the_old_gang_is_still_held()
    {
        var core = GangOverTwoNodes();
        core.Apply(new NodeLost(At(1), "b", "1"));
        core.Apply(new NodeUp(At(2), Node("b", gpus: 2, life: "2")));
        core.With(Job("next", tasks: 2, gpus: 1, submitted: 2));
        Assert.Equal(["b", "b"], core.Step(2).NodesOf("next"));
        core.End("gang", seconds: 3);
        var nodes = core.Nodes();
        Assert.Equal(2000, nodes[0].Free.MilliGpu);
        Assert.Equal(0, nodes[1].Free.MilliGpu);
    }

    [Fact]
    public void A_new_incarnation_means_that_the_old_one_is_lost()
    {
        var core = GangOverTwoNodes();
        var result = core.Apply(new NodeUp(At(1), Node("b", gpus: 2, life: "2")));
        Assert.Equal([new JobAttempt("gang", 1)], result.LostRanks);
        Assert.False(core.Apply(new NodeLost(At(2), "b", "1")).Changed);
        Assert.Equal("2", core.Nodes()[1].Capacity.Incarnation);
    }

    [Fact]
    public void A_late_word_of_a_life_that_is_over_does_not_bring_it_back()
    {
        var core = Cluster(Fifo, Node("a"));
        core.Apply(new NodeUp(At(1), Node("a", life: "2")));
        Assert.False(core.Apply(new NodeUp(At(2), Node("a", life: "1"))).Changed);
        core.Apply(new NodeLost(At(3), "a", "2"));
        Assert.False(core.Apply(new NodeUp(At(4), Node("a", life: "2"))).Changed);
        Assert.Equal(0, core.NodeCount);
    }

    [Fact]
    public void Without_nodes_a_job_waits_for_one()
    {
        var core = Cluster(Fifo).With(Job("job"));
        Assert.Equal(PendingReason.NoNodes, core.Step().Unschedulable.ReasonOf("job"));
        core.Apply(new NodeUp(At(1), Node("a")));
        Assert.Equal(["job"], core.Step(1).Started());
    }
}
