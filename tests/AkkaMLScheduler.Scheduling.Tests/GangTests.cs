using static AkkaMLScheduler.Scheduling.Tests.Given;

namespace AkkaMLScheduler.Scheduling.Tests;

public sealed class GangTests
{
    [Fact]
    public void A_gang_that_does_not_fit_holds_nothing()
    {
        var core = Cluster(Fifo, Node("a", gpus: 2), Node("b", gpus: 2)).With(Job("first", gpus: 1));
        core.Step();
        core.With(Job("gang", tasks: 4, gpus: 1, submitted: 1));
        var plan = core.Step(1);
        Assert.Empty(plan.Starts);
        Assert.Equal(PendingReason.GangIncomplete, plan.Unschedulable.ReasonOf("gang"));
        Assert.Equal("3 of its 4 tasks would fit", plan.Unschedulable.Single().Text);
        Assert.Equal(3, core.Nodes().Sum(node => node.Free.MilliGpu / Resources.PerGpu));
    }

    [Fact]
    public void A_gang_spreads_over_nodes_when_one_is_too_small()
    {
        var core = Cluster(Fifo, Node("a", gpus: 2), Node("b", gpus: 2)).With(Job("gang", tasks: 3, gpus: 1));
        var start = Assert.Single(core.Step().Starts);
        Assert.Equal(
            [new Placement("a", "1", 0, [0]), new Placement("a", "1", 1, [1]), new Placement("b", "1", 2, [0])], start.Placements);
    }

    [Fact]
    public void Gpus_are_given_by_the_lowest_free_index()
    {
        var core = Cluster(Fifo, Node("n", gpus: 4)).With(Job("a", gpus: 1), Job("b", gpus: 2), Job("c", gpus: 1));
        core.Step();
        core.End("a");
        core.End("c");
        core.With(Job("d", gpus: 2, submitted: 1));
        Assert.Equal([0, 3], core.Step(1).Starts.Single().Placements.Single().Gpus);
        Assert.Equal(["d", "b", "b", "d"], core.Nodes().Single().Gpus.Select(gpu => gpu.Holders.Single().Job));
    }

    [Fact]
    public void A_node_with_more_than_a_word_of_gpus_gives_each_once()
    {
        var core = Cluster(Fifo, Node("rack", cpus: 1000, gpus: 130)).With(Job("a", gpus: 100), Job("b", gpus: 30));
        var gpus = core.Step().Starts.SelectMany(start => start.Placements.Single().Gpus);
        Assert.Equal(Enumerable.Range(0, 130), gpus);
    }

    [Fact]
    public void Best_fit_takes_the_node_with_the_least_left()
    {
        var core = Cluster(Fifo, Node("large", cpus: 8, gpus: 8), Node("small", cpus: 8, gpus: 2)).With(Job("job", gpus: 1));
        Assert.Equal(["small"], core.Step().NodesOf("job"));
    }

    [Fact]
    public void Best_fit_keeps_gpu_nodes_free_from_cpu_tasks()
    {
        var core = Cluster(Fifo, Node("a-gpu", gpus: 8), Node("z-cpu")).With(Job("job", cpus: 4));
        Assert.Equal(["z-cpu"], core.Step().NodesOf("job"));
    }

    [Fact]
    public void Equal_nodes_are_taken_by_name()
    {
        var core = Cluster(Fifo, Node("n10"), Node("n2"), Node("n1")).With(Job("job"));
        Assert.Equal(["n1"], core.Step().NodesOf("job"));
    }

    [Fact]
    public void A_selector_binds_to_nodes_with_these_labels()
    {
        var core = Cluster(Fifo, Node("a", labels: ("gpu", "a100")), Node("b", labels: ("gpu", "h100")))
            .With(Job("job", selector: ("gpu", "h100")), Job("nowhere", selector: ("gpu", "v100"), submitted: 1));
        var plan = core.Step(1);
        Assert.Equal(["b"], plan.NodesOf("job"));
        Assert.Equal(PendingReason.SelectorUnmatched, plan.Unschedulable.ReasonOf("nowhere"));
    }

    [Fact]
    public void An_elastic_gang_finds_its_place_beside_a_node_on_which_promises_overlap()
    {
        var core = Cluster(
            new SchedulingPolicy("fifo", "conservative", "best-fit", "none"),
            Node("a", cpus: 4, gpus: 2, labels: ("rack", "r1")), Node("b", cpus: 1, gpus: 1, labels: ("rack", "r2")));
        core.With(Job("late", cpus: 4, estimate: 10)).Step();
        core.With(Job("next", cpus: 4, submitted: 1, estimate: 10)).Step(1);
        // By now the place of the first is promised to the second, and the first is thought to run on in it.
        core.With(Job("elastic", tasks: 2, cpus: 0, gpus: 1, submitted: 12, estimate: 5) with { MinTasks = 1 });
        Assert.Equal(["b"], core.Step(12).NodesOf("elastic"));
    }
}
