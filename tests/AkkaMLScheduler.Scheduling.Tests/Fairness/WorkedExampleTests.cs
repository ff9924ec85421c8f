using static AkkaMLScheduler.Scheduling.Tests.Fairness.Sharing;

namespace AkkaMLScheduler.Scheduling.Tests.Fairness;

/// <summary>The examples of Ghodsi et al., "Dominant Resource Fairness", NSDI 2011. Ties go to the smaller name.</summary>
public sealed class WorkedExampleTests
{
    private static readonly Resources A = Amount(1, 4);

    private static readonly Resources B = Amount(3, 1);

    [Fact]
    public void The_main_example_is_filled_step_by_step_as_in_the_paper()
    {
        var plan = Cluster(Amount(9, 18)).Wants("user-2-A", 9, A).Wants("user-1-B", 9, B).Step();
        Assert.Equal(["user-1-B", "user-2-A", "user-2-A", "user-1-B", "user-2-A"], plan.Served());

        (int Cpu, int Memory)[] used = [(3, 1), (4, 5), (5, 9), (8, 10), (9, 14)];
        var sum = Resources.None;
        foreach (var (step, user) in plan.Served().Index())
        {
            sum += user == "user-1-B" ? B : A;
            Assert.Equal(Amount(used[step].Cpu, used[step].Memory), sum);
        }
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    public void The_main_example_gives_three_and_two_tasks_whoever_gets_the_ties(string userA, string userB)
    {
        var core = Cluster(Amount(9, 18)).Wants(userA, 9, A).Wants(userB, 9, B);
        core.Step();
        Assert.Equal(Amount(3, 12), core.UsedBy(userA));
        Assert.Equal(Amount(6, 2), core.UsedBy(userB));
    }

    [Fact]
    public void With_weights_of_two_to_one_it_gives_four_and_one()
    {
        var core = Cluster(Amount(9, 18), new QueueSpec("a", 2), new QueueSpec("b", 1)).Wants("a", 9, A).Wants("b", 9, B);
        core.Step();
        Assert.Equal((4, 1), (core.TasksOf("a"), core.TasksOf("b")));
        Assert.Equal(Amount(7, 17), core.Used());
    }

    [Theory]
    [InlineData("1", "2")]
    [InlineData("2", "1")]
    public void Where_asset_fairness_leaves_a_user_less_than_half_of_everything_both_get_half(string first, string second)
    {
        var core = Cluster(Amount(30, 30)).Wants(first, 30, Amount(1, 3)).Wants(second, 30, Amount(1, 1));
        core.Step();
        Assert.Equal((5, 15), (core.TasksOf(first), core.TasksOf(second)));
        Assert.Equal(Amount(20, 30), core.Used());
    }

    [Fact]
    public void The_lie_that_pays_under_competitive_equilibrium_does_not_pay_here()
    {
        int TasksOfTheFirst(Resources claim)
        {
            var core = Cluster(Amount(100, 100)).Wants("1", 100, claim).Wants("2", 100, Amount(1, 2));
            core.Step();
            return core.TasksOf("1");
        }

        Assert.Equal(4, TasksOfTheFirst(Amount(16, 1)));
        Assert.Equal(4, TasksOfTheFirst(Amount(16, 8)));
    }

    [Fact]
    public void Filling_in_one_cycle_or_one_task_a_cycle_is_the_same()
    {
        var core = Cluster(Amount(9, 18));
        var served = new List<string>();
        for (var cycle = 0; cycle < 9; cycle++) served.AddRange(core.Wants(cycle % 2 == 0 ? "a" : "b", 1, cycle % 2 == 0 ? A : B).Step().Served());
        Assert.Equal(["a", "b", "a", "b", "a"], served);
    }

    [Fact]
    public void With_one_resource_and_equal_tasks_it_takes_turns()
    {
        var plan = Cluster(Amount(6, 0)).Wants("a", 6, Amount(1, 0)).Wants("b", 6, Amount(1, 0)).Wants("c", 1, Amount(1, 0)).Step();
        Assert.Equal(["a", "b", "c", "a", "b", "a"], plan.Served());
    }

    [Fact]
    public void Within_a_queue_priority_and_then_age_decide()
    {
        var core = Cluster(Amount(2, 0)).With(
            Given.Job("old"), Given.Job("new", submitted: 1), Given.Job("urgent", submitted: 2, priority: 1));
        Assert.Equal(["urgent", "old"], core.Step(3).Started());
    }
}
