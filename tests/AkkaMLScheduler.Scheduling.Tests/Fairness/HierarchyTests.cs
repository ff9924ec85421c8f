using static AkkaMLScheduler.Scheduling.Tests.Fairness.Sharing;

namespace AkkaMLScheduler.Scheduling.Tests.Fairness;

/// <summary>Queues within queues: Bhattacharya et al., "Hierarchical Scheduling for Diverse Datacenter Workloads", SoCC 2013.</summary>
public sealed class HierarchyTests
{
    private const int Size = 12;

    private static readonly Resources Total = Amount(Size, 0, Size);

    private static readonly Resources Cpu = Amount(1, 0);

    private static readonly Resources Gpu = Amount(0, 0, 1);

    [Fact]
    public void A_queue_below_which_nothing_waits_any_more_stands_as_if_nothing_ever_had()
    {
        var core = Given.Cluster(new SchedulingPolicy("drf", "none", "best-fit", "none"), Given.Node("n1", cpus: 4, gpus: 4));
        core.With(Given.Job("below", cpus: 0, gpus: 1) with { Queue = "a/x" }).Step();
        core.End("below");
        core.With(Given.Job("cpus", cpus: 4) with { Queue = "a" }, Given.Job("gpu", cpus: 0, gpus: 1) with { Queue = "b" }).Step(1);
        core.With(Given.Job("more-of-a", cpus: 0, gpus: 3) with { Queue = "a" }, Given.Job("more-of-b", cpus: 0, gpus: 3) with { Queue = "b" });
        // All of the CPU is a larger part than one GPU of four.
        Assert.Equal(["more-of-b"], core.Fork().Step(2).Started());
        Assert.Equal(["more-of-b"], core.Step(2).Started());
    }

    [Fact]
    public void A_sibling_that_takes_all_of_what_nobody_else_wants_does_not_starve_another()
    {
        var core = Cluster(Total).Wants("n1", Size, Gpu).Wants("n2/1", Size, Cpu).Wants("n2/2", Size, Gpu);
        core.Step();
        Assert.Equal((6, 12, 6), (core.TasksOf("n1"), core.TasksOf("n2/1"), core.TasksOf("n2/2")));
    }

    [Fact]
    public void Nor_when_it_had_all_of_it_before_the_others_came()
    {
        var core = Cluster(Total).Wants("n2/1", 2 * Size, Cpu);
        core.Step();
        core.Wants("n1", Size, Gpu).Wants("n2/2", Size, Gpu).Step();
        Assert.Equal((6, 12, 6), (core.TasksOf("n1"), core.TasksOf("n2/1"), core.TasksOf("n2/2")));
    }

    [Fact]
    public void A_sibling_that_can_get_no_more_does_not_make_its_queue_look_poor()
    {
        var core = Blocking(Cluster(Total));
        core.Step();
        Assert.Equal((4, 4, 4), (core.TasksOf("n1"), core.TasksOf("n2"), core.TasksOf("n3/1")));
        Assert.Equal((6, 6), (core.TasksOf("n3/2"), core.TasksOf("n4")));
    }

    [Fact]
    public void Nor_when_room_comes_back_one_task_at_a_time()
    {
        var core = Blocking(Cluster(Total));
        core.Step();
        for (var round = 0; round < 2 * Size; round++)
        {
            // Whoever has most of the GPUs gives one back, so that an unfair order would show.
            var (user, other) = round % 2 == 0 ? ("n3/2", "n4") : ("n4", "n3/2");
            core.EndAll(user, 1, round);
            core.Step(round);
            Assert.InRange(core.TasksOf("n4"), 5, 7);
            Assert.Equal(Size, core.TasksOf(user) + core.TasksOf(other));
        }
    }

    [Fact]
    public void Nor_when_a_little_of_what_it_needs_is_free()
    {
        // Half a CPU too many: nothing is saturated, but no further CPU task fits.
        var core = Blocking(Cluster(Total + new Resources(500, 0, 0)));
        core.Step();
        Assert.Equal((6, 6), (core.TasksOf("n3/2"), core.TasksOf("n4")));
    }

    [Fact]
    public void What_a_queue_gets_is_divided_within_it_by_weight()
    {
        var core = Cluster(Total, new QueueSpec("a/x", 2), new QueueSpec("a/y", 1)).Wants("a/x", Size, Cpu).Wants("a/y", Size, Cpu).Wants("b", Size, Cpu);
        core.Step();
        Assert.Equal((4, 2, 6), (core.TasksOf("a/x"), core.TasksOf("a/y"), core.TasksOf("b")));
    }

    [Fact]
    public void Weights_count_at_every_level()
    {
        var core = Cluster(Total, new QueueSpec("a", 3), new QueueSpec("a/x", 2)).Wants("a/x", Size, Cpu).Wants("a/y", Size, Cpu).Wants("b", Size, Cpu);
        core.Step();
        Assert.Equal((6, 3, 3), (core.TasksOf("a/x"), core.TasksOf("a/y"), core.TasksOf("b")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Jobs_of_an_inner_queue_itself_share_with_its_children_as_one_more(bool innerFirst)
    {
        var core = Cluster(Total, new QueueSpec("a", 3));
        if (innerFirst) core.Wants("a", Size, Cpu);
        core.Wants("a/x", Size, Cpu).Wants("a/y", Size, Cpu).Wants("b", Size, Cpu);
        if (!innerFirst) core.Wants("a", Size, Cpu);
        core.Step();
        Assert.Equal((3, 3, 3, 3), (core.TasksOf("a"), core.TasksOf("a/x"), core.TasksOf("a/y"), core.TasksOf("b")));
    }

    [Fact]
    public void A_queue_that_comes_late_catches_up_before_others_get_more()
    {
        var core = Cluster(Total).Wants("a/x", 6, Cpu);
        core.Step();
        core.Wants("a/x", Size, Cpu).Wants("a/y", Size, Cpu).Wants("b", 3, Cpu).Step();
        Assert.Equal((6, 3, 3), (core.TasksOf("a/x"), core.TasksOf("a/y"), core.TasksOf("b")));
    }

    private static SchedulerCore Blocking(SchedulerCore core) => core
        .Wants("n1", 2 * Size, Cpu).Wants("n2", 2 * Size, Cpu).Wants("n3/1", 2 * Size, Cpu).Wants("n3/2", 3 * Size, Gpu).Wants("n4", 3 * Size, Gpu);
}
