using static AkkaMLScheduler.Scheduling.Tests.Fairness.Sharing;

namespace AkkaMLScheduler.Scheduling.Tests.Fairness;

public sealed class FairSharePreemptionTests
{
    private static readonly Resources Gpu = Amount(0, 0, 1);

    [Fact]
    public void A_queue_takes_back_its_half_and_no_more()
    {
        var core = Cluster(FairEvicting, Amount(0, 0, 8)).Wants("a", 16, Gpu);
        core.Step();
        core.Wants("b", 16, Gpu, 1);
        Assert.Equal(4, Settle(core));
        Assert.Equal((4, 4), (core.TasksOf("a"), core.TasksOf("b")));
    }

    [Fact]
    public void By_weight_it_takes_its_part()
    {
        var core = Cluster(FairEvicting, Amount(0, 0, 8), new QueueSpec("b", 3)).Wants("a", 16, Gpu);
        core.Step();
        core.Wants("b", 16, Gpu, 1);
        Assert.Equal(6, Settle(core));
        Assert.Equal((2, 6), (core.TasksOf("a"), core.TasksOf("b")));
    }

    [Fact]
    public void Nobody_is_stopped_where_the_two_would_only_swap_sides()
    {
        var core = Cluster(FairEvicting, Amount(0, 0, 3)).Wants("a", 3, Gpu);
        core.Step();
        core.Wants("b", 3, Gpu, 1);
        Assert.Equal(1, Settle(core));
        Assert.Equal((2, 1), (core.TasksOf("a"), core.TasksOf("b")));
    }

    [Fact]
    public void A_whole_gang_is_not_stopped_for_a_task_that_is_worth_less()
    {
        var core = Cluster(FairEvicting, Amount(0, 0, 8)).Wants("a", 1, Gpu * 8);
        core.Step();
        Assert.Empty(core.Wants("b", 1, Gpu, 1).Step(1).Preempts);
    }

    [Fact]
    public void A_guarantee_is_taken_back_even_from_a_queue_of_far_greater_weight()
    {
        var core = Cluster(FairEvicting, Amount(0, 0, 8), new QueueSpec("a", 100), new QueueSpec("b", 1) { Guarantee = Gpu * 3 }).Wants("a", 16, Gpu);
        core.Step();
        core.Wants("b", 16, Gpu, 1);
        Assert.Equal(3, Settle(core));
        Assert.Equal((5, 3), (core.TasksOf("a"), core.TasksOf("b")));
    }

    [Fact]
    public void What_a_queue_has_within_its_guarantee_is_left_to_it()
    {
        var core = Cluster(FairEvicting, Amount(0, 0, 8), new QueueSpec("a", 1) { Guarantee = Gpu * 6 }).Wants("a", 16, Gpu);
        core.Step();
        core.Wants("b", 16, Gpu, 1);
        Assert.Equal(1, Settle(core));
        Assert.Equal((7, 1), (core.TasksOf("a"), core.TasksOf("b")));
    }

    [Fact]
    public void A_guarantee_deep_in_the_tree_is_left_to_its_queue_as_well()
    {
        var core = Cluster(FairEvicting, Amount(0, 0, 8), new QueueSpec("a/x", 1) { Guarantee = Gpu * 6 }).Wants("a/x", 6, Gpu).Wants("a/y", 2, Gpu);
        core.Step();
        core.Wants("b", 16, Gpu, 1);
        Assert.Equal(2, Settle(core));
        Assert.Equal((6, 0, 2), (core.TasksOf("a/x"), core.TasksOf("a/y"), core.TasksOf("b")));
    }

    [Fact]
    public void The_least_lost_work_goes_first_then_the_latest_started_then_the_id()
    {
        var core = Cluster(FairEvicting, Amount(0, 0, 6)).Wants("a", 3, Gpu);
        core.Step();
        core.Wants("a", 3, Gpu, 2).Step(2);
        Assert.True(core.Apply(new JobCheckpointed(Given.At(3), "a:000001", 1)).Changed);
        core.Wants("b", 3, Gpu, 4);
        var stopped = new List<string>();
        for (var second = 4; second < 10; second++)
        {
            stopped.AddRange(core.Step(second).Preempted());
            core.Yield(second);
        }

        Assert.Equal(["a:000001", "a:000003", "a:000004"], stopped);
    }

    [Fact]
    public void One_that_was_stopped_often_enough_is_left_alone()
    {
        var core = Cluster(FairEvicting, Amount(0, 0, 2));
        foreach (var (id, preemptions) in new[] { ("often", JobRequest.MostFairSharePreemptions), ("seldom", JobRequest.MostFairSharePreemptions - 1) })
            core.With(new JobRequest(id, 1, "a", 0, 1, Gpu, Given.Start, Given.Start) { Preemptions = preemptions });
        core.Step();
        core.Wants("b", 2, Gpu, 1);
        Assert.Equal(["seldom"], core.Step(1).Preempted());
        core.Yield(1);
        core.Step(2);
        Assert.Equal((1, 1), (core.TasksOf("a"), core.TasksOf("b")));
        Assert.True(core.Step(3).IsEmpty);
    }

    [Fact]
    public void What_one_child_has_of_another_resource_does_not_cost_its_sibling_the_GPUs()
    {
        var core = Cluster(FairEvicting, Amount(8, 0, 8)).Wants("n1", 2, Gpu).Wants("n2/1", 8, Amount(1, 0)).Wants("n2/2", 6, Gpu);
        core.Step();
        Assert.Equal((2, 8, 6), (core.TasksOf("n1"), core.TasksOf("n2/1"), core.TasksOf("n2/2")));
        core.Wants("n1", 16, Gpu, 1);
        Assert.Equal(2, Settle(core));
        Assert.Equal((4, 4), (core.TasksOf("n1"), core.TasksOf("n2/2")));
    }

    [Fact]
    public void Nor_does_it_keep_its_sibling_from_taking_back_its_GPUs()
    {
        var core = Cluster(FairEvicting, Amount(8, 0, 8)).Wants("n2/1", 8, Amount(1, 0)).Wants("n1", 8, Gpu);
        core.Step();
        core.Wants("n2/2", 16, Gpu, 1);
        Assert.Equal(4, Settle(core));
        Assert.Equal((4, 4), (core.TasksOf("n1"), core.TasksOf("n2/2")));
    }

    [Fact]
    public void Queues_of_one_parent_take_from_each_other_before_anybody_elses_share_matters()
    {
        var core = Cluster(FairEvicting, Amount(0, 0, 8)).Wants("a/x", 4, Gpu).Wants("b", 4, Gpu);
        core.Step();
        core.Wants("a/y", 4, Gpu, 1);
        Assert.Equal(2, Settle(core));
        Assert.Equal((2, 2, 4), (core.TasksOf("a/x"), core.TasksOf("a/y"), core.TasksOf("b")));
    }

    /// <summary>Until nothing happens any more; returns how many were stopped.</summary>
    private static int Settle(SchedulerCore core)
    {
        var stopped = 0;
        for (var second = 1; second < 1_000; second++)
        {
            var plan = core.Step(second);
            var yielded = core.Yield(second);
            stopped += yielded;
            if (plan.IsEmpty && yielded == 0) return stopped;
        }

        throw new InvalidOperationException("It does not come to an end.");
    }
}
