using static AkkaMLScheduler.Scheduling.Tests.Fairness.Sharing;

namespace AkkaMLScheduler.Scheduling.Tests.Fairness;

/// <summary>Guarantees, what is shared beyond them, and quotas.</summary>
public sealed class QuotaTests
{
    private static readonly Resources Total = Amount(0, 0, 20);

    private static readonly Resources Gpu = Amount(0, 0, 1);

    [Fact]
    public void Guarantees_come_first_and_the_rest_is_shared_by_weight()
    {
        var core = Cluster(Total, Queue("a", 3, guarantee: 4), Queue("b", 1, guarantee: 8)).Wants("a", 20, Gpu).Wants("b", 20, Gpu);
        var plan = core.Step();
        Assert.Equal((4, 8), (plan.Served().Take(12).Count(user => user == "a"), plan.Served().Take(12).Count(user => user == "b")));
        Assert.Equal((10, 10), (core.TasksOf("a"), core.TasksOf("b")));
    }

    [Theory]
    [InlineData(6, 20, 14, 6)]
    [InlineData(9, 20, 11, 9)]
    [InlineData(20, 5, 5, 15)]
    public void A_queue_gets_no_more_than_it_wants_and_others_the_rest(int wantsB, int wantsA, int a, int b)
    {
        var core = Cluster(Total, Queue("a", 3, guarantee: 4), Queue("b", 1, guarantee: 8)).Wants("a", wantsA, Gpu).Wants("b", wantsB, Gpu);
        core.Step();
        Assert.Equal((a, b), (core.TasksOf("a"), core.TasksOf("b")));
    }

    [Fact]
    public void Guarantees_that_cannot_all_be_met_are_met_in_equal_part()
    {
        var core = Cluster(Total, Queue("a", 9, guarantee: 10), Queue("b", 1, guarantee: 30)).Wants("a", 20, Gpu).Wants("b", 20, Gpu).Wants("c", 20, Gpu);
        core.Step();
        Assert.Equal((5, 15, 0), (core.TasksOf("a"), core.TasksOf("b"), core.TasksOf("c")));
    }

    [Fact]
    public void What_a_queue_leaves_of_its_guarantee_is_borrowed_and_comes_back_first_to_it()
    {
        var core = Cluster(Total, Queue("a", 20), Queue("b", 1, guarantee: 8)).Wants("a", 60, Gpu);
        core.Step();
        Assert.Equal(20, core.TasksOf("a"));
        core.Wants("b", 20, Gpu, 1);
        for (var given = 1; given <= 8; given++)
        {
            core.EndAll("a", 1, given);
            Assert.Equal(["b"], core.Step(given).Served());
        }

        core.EndAll("a", 1, 9);
        Assert.Equal(["b"], core.Step(9).Served());
        core.EndAll("a", 1, 10);
        Assert.Equal(["a"], core.Step(10).Served());
    }

    [Fact]
    public void A_guarantee_counts_the_resources_it_names()
    {
        var both = Amount(1, 0, 1);
        var core = Cluster(Amount(20, 0, 20), Queue("b", 1, guarantee: 8)).Wants("a", 20, both).Wants("b", 20, both);
        Assert.All(core.Step().Served().Take(8), user => Assert.Equal("b", user));
    }

    [Fact]
    public void A_guarantee_within_an_inner_queue_is_filled_first_there()
    {
        var core = Cluster(Total, Queue("a/x", 1, guarantee: 8)).Wants("a/x", 20, Gpu).Wants("a/y", 20, Gpu).Wants("b", 20, Gpu);
        core.Step();
        Assert.Equal((9, 1, 10), (core.TasksOf("a/x"), core.TasksOf("a/y"), core.TasksOf("b")));
    }

    [Fact]
    public void A_quota_is_never_exceeded_whatever_is_free()
    {
        var core = Cluster(Total, Queue("a", 1, quota: 3)).Wants("a", 20, Gpu).Wants("b", 10, Gpu);
        core.Step();
        Assert.Equal((3, 10), (core.TasksOf("a"), core.TasksOf("b")));
        Assert.Empty(core.Step(1).Starts);
        Assert.Contains(core.Explain(Given.At(2)), one => one.Reason == PendingReason.QueueQuota);
    }

    [Fact]
    public void The_quota_of_an_inner_queue_holds_for_all_below_it()
    {
        var core = Cluster(Total, Queue("a", 1, quota: 4)).Wants("a/x", 20, Gpu).Wants("a/y", 20, Gpu).Wants("b", 20, Gpu);
        core.Step();
        Assert.Equal((2, 2, 16), (core.TasksOf("a/x"), core.TasksOf("a/y"), core.TasksOf("b")));
    }

    private static QueueSpec Queue(string path, int weight, int guarantee = 0, int quota = 0) => new(path, weight)
    {
        Guarantee = guarantee > 0 ? Amount(0, 0, guarantee) : null,
        Quota = quota > 0 ? Amount(1_000, 1_000_000, quota) : null,
    };
}
